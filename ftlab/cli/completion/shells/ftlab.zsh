#compdef ftlab
# Completion of ftlab for zsh. Save it as _ftlab in a folder of $fpath, or load it in ~/.zshrc with:
#   source <(ftlab completion zsh)
_ftlab() {
    local line value about
    local -a lines ended open
    lines=("${(@f)$("${words[1]}" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    if [[ $lines[1] == files ]]; then
        _files
        return
    fi
    for line in "${(@)lines[2,-1]}"; do
        value=${line%%$'\t'*} about=${line#*$'\t'}
        if [[ $value == *[=:,/] ]]; then
            open+=("${value//:/\\:}:$about")
        else
            ended+=("${value//:/\\:}:$about")
        fi
    done
    _describe -V 'ftlab' ended -- open -S ''
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _ftlab "$@"
else
    compdef _ftlab ftlab
fi
