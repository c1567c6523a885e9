#!/.ftlab/perl
use strict;
use Socket;
my $name = $0;
$name =~ s{.*/}{} unless $name =~ m{^/etc/};
socket(my $host, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\n";
connect($host, sockaddr_un("/.ftlab/socket")) or die "$name: the simulated host is gone\n";
binmode $_ for $host, *STDOUT, *STDERR;
my $request = pack "N/a*", join "\0", 'HOST', $ENV{FTLAB_SESSION} || "", $name, @ARGV;
while (length $request) { substr $request, 0, (syswrite $host, $request or exit 255), ""; }
local $/;
my $reply = <$host>;
exit 255 if length $reply < 10;
my ($status, $cut, $out, $error) = unpack "C C N N", $reply;
print STDOUT substr $reply, 10, $out;
print STDERR substr $reply, 10 + $out, $error;
close STDOUT;
close $host;
if ($cut && $ENV{FTLAB_SESSION}) { sleep 60; }
if ($cut) { kill "KILL", $ENV{FTLAB_SSHD}; kill "-KILL", getpgrp 0; }
exit $status;
