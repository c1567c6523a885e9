/* The floor: what one script per host costs a client in C. A thread for each host, libssh2.
   floor KEY HOSTS SCRIPT, where HOSTS is a file with one IPv4 address a line. */
#include <arpa/inet.h>
#include <libssh2.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 4096 };
static const char *key_file, *script;
static char addresses[MOST][16];

static int dial(const char *address) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(22)};
    int one = 1, sock = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, address, &place.sin_addr);
    if (connect(sock, (struct sockaddr *)&place, sizeof place)) return -1;
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return sock;
}

static int run(LIBSSH2_SESSION *session) {
    char block[32768];
    ssize_t got;
    LIBSSH2_CHANNEL *channel = libssh2_channel_open_session(session);
    if (!channel || libssh2_channel_exec(channel, script)) return -1;
    while ((got = libssh2_channel_read(channel, block, sizeof block)) > 0)
        fwrite(block, 1, (size_t)got, stdout);
    libssh2_channel_close(channel);
    int status = libssh2_channel_get_exit_status(channel);
    libssh2_channel_free(channel);
    return status;
}

static void *visit(void *address) {
    LIBSSH2_SESSION *session = libssh2_session_init();
    int sock = dial(address);
    int bad = sock < 0 || libssh2_session_handshake(session, sock) ||
              libssh2_userauth_publickey_fromfile(session, "root", NULL, key_file, NULL) ||
              run(session);
    if (bad) fprintf(stderr, "%s: failed\n", (char *)address);
    libssh2_session_disconnect(session, "done");
    libssh2_session_free(session);
    close(sock);
    return bad ? address : NULL;
}

int main(int argc, char **argv) {
    static pthread_t threads[MOST];
    int hosts = 0, bad = 0;
    FILE *file = argc == 4 ? fopen(argv[2], "r") : NULL;
    if (!file || libssh2_init(0)) return 2;
    key_file = argv[1], script = argv[3];
    while (hosts < MOST && fscanf(file, "%15s", addresses[hosts]) == 1) hosts++;
    for (int at = 0; at < hosts; at++)
        pthread_create(&threads[at], NULL, visit, addresses[at]);
    for (int at = 0; at < hosts; at++) {
        void *failed;
        pthread_join(threads[at], &failed);
        bad |= failed != NULL;
    }
    return bad;
}
