/* Hosts that cost next to no CPU: a real SSH server (libssh) whose commands answer from memory.
   light HOST_KEY AUTHORIZED_KEY RECORDING PORT: serves every address of the machine, each as a
   host of its own, until SIGTERM. It prints "Ready", and at its end "ADDRESS DONE STRANGE" for each
   host: how many of the recorded commands it did, each once, and how many were not recorded. */
#include <arpa/inet.h>
#include <libssh/callbacks.h>
#include <libssh/server.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "recorded.h"

enum { CHANNELS = 64, HOSTS = 8192 };

struct host { in_addr_t address; unsigned long long asked; int done, strange; };

static int hosts;
static struct host host[HOSTS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static ssh_key user_key;

struct talk;
struct channel {
    struct talk *talk;
    ssh_channel ssh;
    struct ssh_channel_callbacks_struct calls;
    struct exec *exec;  /* what it answers; none before it is asked, and after its end */
    int at, eof;
    long got;
    double since;
    struct names names;
};
struct talk {
    ssh_session session;
    struct host *host;
    int channels;
    struct channel *channel[CHANNELS];
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int asked(ssh_session session, ssh_channel ssh, const char *command, void *data) {
    struct channel *c = data;
    struct host *h = c->talk->host;
    int best = -1, least = 0;
    (void)session, (void)ssh;
    pthread_mutex_lock(&mutex);
    for (int at = 0; at < execs; at++) {
        int d = h->asked >> at & 1 ? -1 : distance(recorded[at].command, command);
        if (d >= 0 && (best < 0 || d < least)) best = at, least = d;
    }
    if (best < 0) h->strange++;
    else h->asked |= 1ULL << best;
    pthread_mutex_unlock(&mutex);
    if (best < 0) {
        if (getenv("LIGHT_LOG")) fprintf(stderr, "not recorded: %s\n", command);
        return SSH_ERROR;
    }
    c->exec = &recorded[best];
    learn_names(&c->names, c->exec->command, command);
    c->since = now();
    return SSH_OK;
}

static int heard(ssh_session session, ssh_channel ssh, void *bytes, uint32_t size, int err,
                 void *data) {
    struct channel *c = data;
    (void)session, (void)ssh, (void)bytes, (void)err;
    c->got += size;
    c->since = now();
    return size;
}

static void heard_end(ssh_session session, ssh_channel ssh, void *data) {
    struct channel *c = data;
    (void)session, (void)ssh;
    c->eof = 1;
    c->since = now();
}

static void say(struct channel *c, struct event *v) {
    if (!v->stream) {
        pthread_mutex_lock(&mutex);
        c->talk->host->done++; /* before it is told: then the client may end us */
        pthread_mutex_unlock(&mutex);
        ssh_channel_request_send_exit_status(c->ssh, v->value);
        ssh_channel_send_eof(c->ssh);
        ssh_channel_close(c->ssh);
        c->exec = NULL;
        return;
    }
    char *bytes = malloc(v->value + 1);
    memcpy(bytes, v->bytes, v->value + 1);
    put_names(&c->names, bytes);
    if (v->stream == 1) ssh_channel_write(c->ssh, bytes, v->value);
    else ssh_channel_write_stderr(c->ssh, bytes, v->value);
    free(bytes);
}

/* Answer what is due; the milliseconds until the next answer is, at most a second. */
static int answer(struct channel *c) {
    while (c->exec && c->at < c->exec->events) {
        struct event *v = &c->exec->event[c->at];
        if (c->got < v->needed || c->eof < v->eof) return 1000;
        double left = c->since + v->delay / 1e6 - now();
        if (left > 0) return left < 1 ? (int)(left * 1000) + 1 : 1000;
        c->since = now();
        c->at++;
        say(c, v);
    }
    return 1000;
}

static ssh_channel opened(ssh_session session, void *data) {
    struct talk *t = data;
    if (t->channels == CHANNELS) return NULL;
    struct channel *c = t->channel[t->channels++] = calloc(1, sizeof *c);
    c->talk = t;
    c->ssh = ssh_channel_new(session);
    c->calls.userdata = c;
    c->calls.channel_exec_request_function = asked;
    c->calls.channel_data_function = heard;
    c->calls.channel_eof_function = heard_end;
    ssh_callbacks_init(&c->calls);
    ssh_set_channel_callbacks(c->ssh, &c->calls);
    return c->ssh;
}

static int login(ssh_session session, const char *user, ssh_key key, char state, void *data) {
    (void)session, (void)user, (void)data;
    if (ssh_key_cmp(key, user_key, SSH_KEY_CMP_PUBLIC)) return SSH_AUTH_DENIED;
    return state == SSH_PUBLICKEY_STATE_NONE || state == SSH_PUBLICKEY_STATE_VALID
               ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

static struct host *whose(int sock) {
    struct sockaddr_in place;
    socklen_t size = sizeof place;
    getsockname(sock, (struct sockaddr *)&place, &size);
    pthread_mutex_lock(&mutex);
    struct host *h = host;
    while (h < host + hosts && h->address != place.sin_addr.s_addr) h++;
    if (h == host + hosts && hosts++ == HOSTS) exit(5);
    h->address = place.sin_addr.s_addr;
    pthread_mutex_unlock(&mutex);
    return h;
}

static void *serve(void *data) {
    struct talk *t = data;
    struct ssh_server_callbacks_struct calls = {.userdata = t,
        .auth_pubkey_function = login, .channel_open_request_session_function = opened};
    ssh_event event = ssh_event_new();
    ssh_callbacks_init(&calls);
    ssh_set_server_callbacks(t->session, &calls);
    ssh_set_auth_methods(t->session, SSH_AUTH_METHOD_PUBLICKEY);
    if (ssh_handle_key_exchange(t->session) == SSH_OK) {
        ssh_event_add_session(event, t->session);
        while (!(ssh_get_status(t->session) & (SSH_CLOSED | SSH_CLOSED_ERROR))) {
            int wait = 1000;
            for (int at = 0; at < t->channels; at++) {
                int due = answer(t->channel[at]);
                if (due < wait) wait = due;
            }
            if (ssh_event_dopoll(event, wait) == SSH_ERROR) break;
        }
        ssh_event_remove_session(event, t->session);
    }
    ssh_event_free(event);
    ssh_disconnect(t->session);
    ssh_free(t->session);
    for (int at = 0; at < t->channels; at++) free(t->channel[at]);
    free(t);
    return NULL;
}

static int listening(int port) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1, sock = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(sock, (struct sockaddr *)&place, sizeof place) || listen(sock, 4096)) exit(4);
    puts("Ready");
    fflush(stdout);
    return sock;
}

static void *report(void *mask) {
    int number;
    sigwait(mask, &number);
    pthread_mutex_lock(&mutex);
    for (struct host *h = host; h < host + hosts; h++)
        printf("%s %d %d\n", inet_ntoa((struct in_addr){h->address}), h->done, h->strange);
    fflush(stdout);
    _exit(0);
}

static ssh_bind configured(const char *key) {
    ssh_bind bind = ssh_bind_new();
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY, key);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &(int){0});
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_KEY_EXCHANGE,
                         "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521");
    for (int way = SSH_BIND_OPTIONS_CIPHERS_C_S; way <= SSH_BIND_OPTIONS_CIPHERS_S_C; way++)
        ssh_bind_options_set(bind, way, "aes256-gcm@openssh.com,aes128-gcm@openssh.com,"
                                        "aes256-ctr,aes192-ctr,aes128-ctr");
    return bind;
}

int main(int argc, char **argv) {
    static sigset_t mask;
    pthread_attr_t small;
    pthread_t thread;
    if (argc != 5) return 2;
    sigaddset(&mask, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &mask, NULL);
    signal(SIGPIPE, SIG_IGN);
    load(argv[3]);
    ssh_init();
    if (ssh_pki_import_pubkey_file(argv[2], &user_key)) return 3;
    ssh_bind bind = configured(argv[1]);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 * 1024);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &small, report, &mask);
    for (int sock = listening(atoi(argv[4])), one = 1;;) {
        int fd = accept(sock, NULL, NULL);
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct talk *t = calloc(1, sizeof *t);
        *t = (struct talk){.session = ssh_new(), .host = whose(fd)};
        if (ssh_bind_accept_fd(bind, t->session, fd) == SSH_OK)
            pthread_create(&thread, &small, serve, t);
    }
}
