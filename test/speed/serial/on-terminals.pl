# Becomes a command that has the far ends of new terminals open: COUNT COMMAND... gets an argument DEVICE=FD for each.
use strict;
use warnings;

# asm-generic/ioctls.h of Linux
use constant { TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430 };

$^F = 65535;    # what is opened stays open for the command
my ($count, @command) = @ARGV;
my @masters;
for (1 .. $count) {
    open my $master, '+<', '/dev/ptmx' or die "no terminal: $!\n";
    my ($unlocked, $number) = (pack('i', 0)) x 2;
    ioctl($master, TIOCSPTLCK, $unlocked) or die "no terminal: $!\n";
    ioctl($master, TIOCGPTN,   $number)   or die "no terminal: $!\n";
    push @masters, $master;
    push @command, sprintf '/dev/pts/%d=%d', unpack('i', $number), fileno $master;
}
exec { $command[0] } @command or die "$command[0]: $!\n";
