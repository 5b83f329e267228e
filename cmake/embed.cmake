# spc_embed(TARGET NAME FILES...) adds to TARGET a generated C file with
#   const spc_embedded_file_t NAME[] (name without folder, text, length; ends with a NULL name).
# The type is declared in passes/ir/embedded.h.
set(SPC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_script.cmake)
function(spc_embed target name)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}.c)
  set(files)
  foreach(f ${ARGN})
    get_filename_component(f ${f} ABSOLUTE)
    list(APPEND files ${f})
  endforeach()
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(OUTPUT ${out} DEPENDS ${files} ${SPC_EMBED_SCRIPT}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} "-DFILES=${joined}" -DOUT=${out} -P ${SPC_EMBED_SCRIPT} VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
