# Completion of ftlab for bash (3.2 or newer). Save it as
#   ~/.local/share/bash-completion/completions/ftlab
# or load it in ~/.bashrc with: source <(ftlab completion bash)
_ftlab() {
    local program=${1/#\~/$HOME} line first= IFS=$'\n'
    COMPREPLY=()
    while read -r line; do
        if [[ -z $first ]]; then
            first=$line
        else
            COMPREPLY+=("$line")
        fi
    done < <("$program" __complete bash "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if [[ $first == files ]]; then
        compopt -o filenames +o nospace 2>/dev/null
        COMPREPLY=($(compgen -f -- "$2"))
    fi
}
complete -o nospace -F _ftlab ftlab
