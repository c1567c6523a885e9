/* A recording: what a host of OpenSSH and BusyBox was asked and answered (record_shell.py).
   exec LENGTH EVENTS \n COMMAND, then for each event
   event STREAM DELAY NEEDED EOF VALUE \n and, but for STREAM 0, VALUE bytes
   STREAM is 1 or 2, or 0 for the end with VALUE as exit status; DELAY the microseconds since the
   event before it, or since the NEEDED bytes of stdin (and its EOF) were there.

   Names that a tool makes anew in each run (a nonce, the run in a backup's name) differ from the
   recorded ones in hexadecimal digits alone; they are put in their place in what is answered. */
#ifndef RECORDED_H
#define RECORDED_H
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXECS = 64, NAMES = 16, NAME = 128 };

struct event { int stream, eof; long delay, needed, value; char *bytes; };
struct exec { char *command; int events; struct event *event; };
struct name { char was[NAME], is[NAME]; };
struct names { int count; struct name name[NAMES]; };

static struct exec recorded[EXECS];
static int execs;

static char *take(FILE *file, long size) {
    char *bytes = calloc(1, size + 1);
    if (fread(bytes, 1, size, file) != (size_t)size) exit(3);
    return bytes;
}

static void load(const char *path) {
    FILE *file = fopen(path, "r");
    long length;
    int events;
    while (file && execs < EXECS && fscanf(file, "exec %ld %d", &length, &events) == 2) {
        struct exec *e = &recorded[execs++];
        fgetc(file);
        *e = (struct exec){take(file, length), events, calloc(events, sizeof *e->event)};
        for (struct event *v = e->event; v < e->event + events; v++) {
            if (fscanf(file, " event %d %ld %ld %d %ld", &v->stream, &v->delay, &v->needed,
                       &v->eof, &v->value) != 5) exit(3);
            fgetc(file);
            if (v->stream) v->bytes = take(file, v->value);
        }
        if (fscanf(file, " ") == EOF) break;
    }
    if (!file || !execs) exit(3);
}

static int of_name(char c) { return isalnum((unsigned char)c) || c == '-' || c == '_'; }
static int hexadecimal(char c) { return isdigit((unsigned char)c) || (c >= 'a' && c <= 'f'); }

/* How many characters differ, all of them hexadecimal digits; -1: it is another command. */
static int distance(const char *was, const char *is) {
    int differ = 0;
    for (; *was && *is; was++, is++)
        if (*was != *is && (++differ, !hexadecimal(*was) || !hexadecimal(*is))) return -1;
    return *was || *is ? -1 : differ;
}

static void learn_names(struct names *all, const char *was, const char *is) {
    for (size_t at = 0; was[at]; at++) {
        if (was[at] == is[at]) continue;
        size_t from = at, to = at;
        while (from && of_name(was[from - 1])) from--;
        while (of_name(was[to])) to++;
        if (to - from < NAME && all->count < NAMES) {
            struct name *n = &all->name[all->count++];
            snprintf(n->was, NAME, "%.*s", (int)(to - from), was + from);
            snprintf(n->is, NAME, "%.*s", (int)(to - from), is + from);
        }
        at = to - 1;
    }
}

static void put_names(struct names *all, char *bytes) {
    for (const struct name *n = all->name; n < all->name + all->count; n++)
        for (char *at = bytes; (at = strstr(at, n->was)); at += strlen(n->is))
            memcpy(at, n->is, strlen(n->is));
}

#endif
