// schedule.h in a cmocka program: what fails, fails the test. Include it once, after cmocka's header.
#ifndef TEST_UNIT_SCHEDULE_CMOCKA_H_
#define TEST_UNIT_SCHEDULE_CMOCKA_H_

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "schedule.h"

void schedule_fail(const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fail_msg("%s", text);
  abort();  // fail_msg does not return, which its declaration does not say
}

#endif  // TEST_UNIT_SCHEDULE_CMOCKA_H_
