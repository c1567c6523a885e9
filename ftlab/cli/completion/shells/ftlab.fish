# Completion of ftlab for fish. Save it as ~/.config/fish/completions/ftlab.fish
function __ftlab_complete
    set -l words (commandline -opc)
    set -l open (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program __complete fish $words "$open" 2>/dev/null)
    set -l first $lines[1]
    set -e lines[1]
    if test "$first" = files
        __fish_complete_path "$open"
    else if set -q lines[1]
        printf '%s\n' $lines
    end
end
complete -c ftlab -f -k -a '(__ftlab_complete)'
