# Makes the jail of one host in a mount namespace of its own. Given are: root (the host's folder),
# programs (its /bin), socket (where the host model answers), busybox, perl and user (who we really are).
set -e
bind() {
    mkdir -p "$2"
    mount -o rbind "$1" "$2"
}
fixed() { # this machine's own: what root does in there, such as chmod /dev/null, must not change it
    if [ "$user" = 0 ]; then
        mount -o rbind,ro "$1" "$2"
    else # who is not root cannot write there anyway, and may not be allowed to make it so
        mount -o rbind,ro "$1" "$2" 2>/dev/null || mount -o rbind "$1" "$2"
    fi
}
read_only() {
    mkdir -p "$2"
    fixed "$1" "$2"
}
file() {
    : > "$2"
    fixed "$1" "$2"
}
for library in lib lib64 usr/lib; do
    if [ -d "/$library" ]; then read_only "/$library" "$root/$library"; fi
done
read_only "$programs" "$root/bin"
mkdir -p "$root/proc" "$root/dev" "$root/.ftlab"
for point in dev .ftlab; do
    mount -t tmpfs -o mode=755 tmpfs "$root/$point"
done
mount -t proc proc "$root/proc" || true
bind /dev/pts "$root/dev/pts"
for device in full null random tty urandom zero; do
    file "/dev/$device" "$root/dev/$device"
done
file "$busybox" "$root/.ftlab/busybox"
file "$perl" "$root/.ftlab/perl"
: > "$root/.ftlab/socket"
mount -o rbind "$socket" "$root/.ftlab/socket"
