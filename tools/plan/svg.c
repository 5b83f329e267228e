// Memory against length as a drawing: areas stacked by buffer, the limit, the thresholds. Neighbouring colours differ in
// lightness, so that they can be told apart in greys as well.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/plan/plan.h"

enum { WIDTH = 1060, HEIGHT = 600, LEFT = 80, RIGHT = 230, TOP = 96, BOTTOM = 64, SAMPLES = 256, LABEL_SPACE = 24 };
#define PLOT_WIDTH ((double)(WIDTH - LEFT - RIGHT))
#define PLOT_HEIGHT ((double)(HEIGHT - TOP - BOTTOM))
#define HOST_SHOWN 2.5  // drawn when it is at most so many times the device's

static const struct {
  const char *label, *colour;
} areas[SPC_BUFFERS] = {
    [SPC_BUFFER_WEIGHTS] = {"weights", "#dfe0e2"},        [SPC_BUFFER_ACTIVATIONS] = {"activations", "#5a3d8a"},
    [SPC_BUFFER_STATE] = {"state", "#b58fd0"},            [SPC_BUFFER_STAGING] = {"staging", "#2e1a0f"},
    [SPC_BUFFER_RETRIEVAL] = {"retrieval keys", "#d1663f"}, [SPC_BUFFER_SLOTS] = {"KV slots, layers out", "#14532d"},
    [SPC_BUFFER_POOLS] = {"KV pools, resident", "#a9c6e8"},
};

typedef struct point_t {
  uint64_t tokens, offloaded;
  spc_memory_use_t use;
} point_t;

typedef struct drawing_t {
  const spc_plan_report_t *report;
  FILE *out;
  point_t *points;  // of lengths that fit, ascending
  size_t count;
  uint64_t max_tokens;
  double max_bytes;
  uint64_t most_host;
  bool host_drawn;
} drawing_t;

static double x_of(const drawing_t *d, uint64_t tokens) { return LEFT + PLOT_WIDTH * (double)tokens / (double)d->max_tokens; }
static double y_of(const drawing_t *d, double bytes) { return TOP + PLOT_HEIGHT * (1 - bytes / d->max_bytes); }

static void write_text(FILE *out, const char *text) {
  for (const char *c = text; *c; ++c) {
    switch (*c) {
      case '<': fputs("&lt;", out); break;
      case '>': fputs("&gt;", out); break;
      case '&': fputs("&amp;", out); break;
      default: fputc((unsigned char)*c < 0x20 ? ' ' : *c, out); break;
    }
  }
}

// ---- What is drawn

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

// Lengths all along, and both sides of every threshold.
static size_t list_lengths(const spc_plan_report_t *r, uint64_t *out) {
  uint64_t page = r->plan->dims.page_tokens, most = r->plan->dims.max_seq;
  size_t n = 0;
  for (uint64_t i = 0; i < SAMPLES; ++i) out[n++] = 1 + (most - 1) * i / (SAMPLES - 1);
  for (uint64_t k = 0; k <= r->plan->dims.layers; ++k) {
    uint64_t at = r->thresholds[k];
    if (at == 0 || at >= most) continue;
    out[n++] = at;
    out[n++] = at + page < most ? at + 1 : most;
  }
  qsort(out, n, sizeof *out, by_value);
  return n;
}

static spc_status_t make_points(drawing_t *d) {
  const spc_plan_report_t *r = d->report;
  size_t most = SAMPLES + 2 * (r->plan->dims.layers + 1);
  uint64_t *lengths = calloc(most, sizeof *lengths);
  d->points = calloc(most, sizeof *d->points);
  if (!lengths || !d->points) {
    free(lengths);
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "no memory for a drawing");
  }
  size_t n = list_lengths(r, lengths);
  for (size_t i = 0; i < n; ++i) {
    point_t p = {.tokens = lengths[i], .offloaded = spc_plan_fewest_out(r->plan, &r->limits, r->batch, lengths[i])};
    if (p.offloaded > r->plan->dims.layers) break;
    spc_plan_memory(r->plan, r->batch, p.tokens, p.offloaded, &p.use);
    d->points[d->count++] = p;
    if ((double)p.use.device > d->max_bytes) d->max_bytes = (double)p.use.device;
    if (p.use.host > d->most_host) d->most_host = p.use.host;
  }
  free(lengths);
  if ((double)r->limits.device_memory > d->max_bytes) d->max_bytes = (double)r->limits.device_memory;
  if (d->max_bytes <= 0) d->max_bytes = 1;
  d->host_drawn = d->most_host > 0 && (double)d->most_host <= HOST_SHOWN * d->max_bytes;
  if (d->host_drawn && (double)d->most_host > d->max_bytes) d->max_bytes = (double)d->most_host;
  d->max_bytes *= 1.04;
  return NULL;
}

// ---- Parts

static void draw_areas(const drawing_t *d) {
  for (int b = 0; b < SPC_BUFFERS && d->count > 0; ++b) {
    fprintf(d->out, "<path class=\"area\" fill=\"%s\" d=\"M", areas[b].colour);
    for (size_t i = 0; i < 2 * d->count; ++i) {  // along the top, and back along the bottom
      const point_t *p = &d->points[i < d->count ? i : 2 * d->count - 1 - i];
      double sum = 0;
      for (int k = 0; k < b + (i < d->count); ++k) sum += (double)p->use.buffers[k];
      fprintf(d->out, "%s%.2f %.2f", i ? " L" : "", x_of(d, p->tokens), y_of(d, sum));
    }
    fprintf(d->out, " Z\"/>\n");
  }
}

static void draw_host(const drawing_t *d) {
  if (!d->host_drawn) return;
  fprintf(d->out, "<path class=\"host\" d=\"M");
  for (size_t i = 0; i < d->count; ++i) {
    fprintf(d->out, "%s%.2f %.2f", i ? " L" : "", x_of(d, d->points[i].tokens), y_of(d, (double)d->points[i].use.host));
  }
  fprintf(d->out, "\"/>\n");
}

static void draw_unfit(const drawing_t *d) {
  uint64_t end = d->count ? d->points[d->count - 1].tokens : 0;
  if (end >= d->max_tokens) return;
  double x = x_of(d, end), width = x_of(d, d->max_tokens) - x;
  fprintf(d->out, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%.2f\" fill=\"url(#unfit)\"/>\n", x, TOP, width, PLOT_HEIGHT);
  if (width < 90) return;
  fprintf(d->out, "<text class=\"box\" x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">does not fit</text>\n", x + width / 2, TOP + PLOT_HEIGHT / 2);
}

static void draw_limit(const drawing_t *d) {
  uint64_t limit = d->report->limits.device_memory;
  if (!limit || (double)limit > d->max_bytes) return;
  double y = y_of(d, (double)limit);
  fprintf(d->out, "<line class=\"limit\" x1=\"%d\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n", LEFT, y, LEFT + PLOT_WIDTH, y);
}

// A line at every threshold; a label where there is room.
static void draw_thresholds(const drawing_t *d) {
  const spc_plan_report_t *r = d->report;
  double labelled = -LABEL_SPACE;
  for (uint64_t n = 0; r->limits.device_memory && n <= r->plan->dims.layers; ++n) {
    uint64_t at = r->thresholds[n];
    if (at >= d->max_tokens) break;
    if (at == 0 || (n && at == r->thresholds[n - 1])) continue;
    double x = x_of(d, at);
    fprintf(d->out, "<line class=\"threshold\" x1=\"%.2f\" y1=\"%d\" x2=\"%.2f\" y2=\"%.2f\"/>\n", x, TOP, x, TOP + PLOT_HEIGHT);
    if (x - labelled < LABEL_SPACE) continue;
    labelled = x;
    fprintf(d->out, "<text class=\"small\" x=\"%.2f\" y=\"%d\" text-anchor=\"middle\">S<tspan dy=\"3\" font-size=\"9\">%" PRIu64 "</tspan></text>\n", x, TOP - 7,
            n);
  }
}

// 1, 2 or 5 times a power of ten, so that about eight steps make |range|.
static double tick_step(double range) {
  double step = 1e-6;
  static const double factors[] = {2, 2.5, 2};
  for (int i = 0; range / step > 8; ++i) step *= factors[i % 3];
  return step;
}

static void draw_axes(const drawing_t *d) {
  const char *unit = "GiB";
  double unit_bytes = 1 << 30;
  if (d->max_bytes < unit_bytes) unit = "MiB", unit_bytes = 1 << 20;
  double step = tick_step(d->max_bytes / unit_bytes), bottom = TOP + PLOT_HEIGHT;
  for (int i = 0; i * step * unit_bytes <= d->max_bytes; ++i) {
    double y = y_of(d, i * step * unit_bytes);
    fprintf(d->out, "<line class=\"tick\" x1=\"%d\" y1=\"%.2f\" x2=\"%d\" y2=\"%.2f\"/>\n", LEFT - 5, y, LEFT, y);
    fprintf(d->out, "<text x=\"%d\" y=\"%.2f\" text-anchor=\"end\">%g</text>\n", LEFT - 9, y + 4, i * step);
  }
  uint64_t tokens = 1;
  while (d->max_tokens / tokens > 8) tokens *= 2;
  for (uint64_t at = 0; at <= d->max_tokens; at += tokens) {
    double x = x_of(d, at);
    fprintf(d->out, "<line class=\"tick\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>\n", x, bottom, x, bottom + 5);
    fprintf(d->out, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">%" PRIu64 "</text>\n", x, bottom + 20, at);
  }
  fprintf(d->out, "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%.2f\" height=\"%.2f\"/>\n", LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT);
  fprintf(d->out, "<text x=\"%.2f\" y=\"%d\" text-anchor=\"middle\">tokens of each of %" PRIu64 " sequence%s</text>\n", LEFT + PLOT_WIDTH / 2, HEIGHT - 16,
          d->report->batch, d->report->batch == 1 ? "" : "s");
  fprintf(d->out, "<text transform=\"translate(22 %.2f) rotate(-90)\" text-anchor=\"middle\">memory, %s</text>\n", TOP + PLOT_HEIGHT / 2, unit);
}

static void draw_legend(const drawing_t *d) {
  int x = WIDTH - RIGHT + 22, y = TOP + 8;
  for (int b = SPC_BUFFERS - 1; b >= 0; --b) {  // in the order of the stack
    bool used = false;
    for (size_t i = 0; i < d->count; ++i) used |= d->points[i].use.buffers[b] > 0;
    if (!used) continue;
    fprintf(d->out, "<rect x=\"%d\" y=\"%d\" width=\"18\" height=\"14\" fill=\"%s\" stroke=\"#000\" stroke-width=\"0.6\"/>\n", x, y - 11, areas[b].colour);
    fprintf(d->out, "<text x=\"%d\" y=\"%d\">%s</text>\n", x + 26, y, areas[b].label);
    y += 22;
  }
  y += 8;
  if (d->report->limits.device_memory && (double)d->report->limits.device_memory <= d->max_bytes) {
    fprintf(d->out, "<line class=\"limit\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x, y - 4, x + 18, y - 4);
    fprintf(d->out, "<text x=\"%d\" y=\"%d\">device, %.3f GiB</text>\n", x + 26, y, (double)d->report->limits.device_memory / (1 << 30));
    y += 22;
    fprintf(d->out, "<line class=\"threshold\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x + 9, y - 13, x + 9, y + 3);
    fprintf(d->out, "<text x=\"%d\" y=\"%d\">S<tspan dy=\"3\" font-size=\"9\">n</tspan><tspan dy=\"-3\">: longest with n out</tspan></text>\n", x + 26, y);
    y += 22;
  }
  if (d->most_host == 0) return;
  if (d->host_drawn) fprintf(d->out, "<line class=\"host\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x, y - 4, x + 18, y - 4);
  fprintf(d->out, "<text x=\"%d\" y=\"%d\">host memory</text>\n", x + 26, y);
  fprintf(d->out, "<text class=\"small\" x=\"%d\" y=\"%d\">up to %.3f GiB%s</text>\n", x + 26, y + 16, (double)d->most_host / (1 << 30),
          d->host_drawn ? "" : ", not drawn");
}

static void draw(const drawing_t *d) {
  fprintf(d->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", WIDTH, HEIGHT, WIDTH, HEIGHT);
  fputs("<style>text{font:13px sans-serif;fill:#111}.title{font-size:16px;font-weight:bold}.small{font-size:11px}.box{font-weight:bold;paint-order:stroke;"
        "stroke:#fff;stroke-width:4px}.area{stroke:#fff;stroke-width:0.5}.frame{fill:none;stroke:#111}.tick{stroke:#111}.limit{stroke:#b00020;stroke-width:2.2}"
        ".threshold{stroke:#111;stroke-width:0.9;stroke-dasharray:2 3}.host{fill:none;stroke:#111;stroke-width:1.8;stroke-dasharray:8 4}</style>\n", d->out);
  fputs("<defs><pattern id=\"unfit\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"8\" stroke=\"#999\" stroke-width=\"2\"/></pattern></defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n", d->out);
  fprintf(d->out, "<text class=\"title\" x=\"%d\" y=\"30\">Memory by context length: ", LEFT);
  write_text(d->out, d->report->plan->model);
  fprintf(d->out, " for ");
  write_text(d->out, d->report->plan->cpu);
  fprintf(d->out, "</text>\n<text x=\"%d\" y=\"52\">", LEFT);
  write_text(d->out, d->report->object);
  fprintf(d->out, ", %" PRIu64 " layers</text>\n", d->report->plan->dims.layers);
  draw_areas(d);
  draw_unfit(d);
  draw_thresholds(d);
  draw_limit(d);
  draw_host(d);
  draw_axes(d);
  draw_legend(d);
  fprintf(d->out, "</svg>\n");
}

spc_status_t spc_plan_report_svg(const spc_plan_report_t *report, const char *path) {
  drawing_t d = {.report = report, .max_tokens = report->plan->dims.max_seq};
  spc_status_t status = make_points(&d);
  if (!status && !(d.out = fopen(path, "w"))) status = SPC_STATUS(SPC_IO, "%s: cannot write: %m", path);
  if (!status) {
    draw(&d);
    bool failed = ferror(d.out);
    failed = fclose(d.out) != 0 || failed;
    if (failed) status = SPC_STATUS(SPC_IO, "%s: cannot write: %m", path);
  }
  free(d.points);
  return status;
}
