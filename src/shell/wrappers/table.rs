//! The table of wrappers. Pure data: to know another one is to add a row in its place.

use crate::shell::Environment;

/// A program, or one of its subcommands, that runs another.
#[derive(Debug)]
pub(super) struct Wrapper {
    /// The program.
    pub(super) name: &'static str,
    /// The words that must follow it, separated by spaces; options may stand between them.
    pub(super) words: &'static str,
    /// The options that take the next word, separated by spaces.
    pub(super) values: &'static str,
    /// How many operands stand before what is run: a host, an image, a duration.
    pub(super) operands: usize,
    /// How it is told what to run.
    pub(super) holds: Holds,
    /// Where that runs, if not where the wrapper does.
    pub(super) environment: Option<Environment>,
}

/// How a wrapper is told what to run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    /// As words, after its options and operands.
    Command,
    /// The same, or as one script after this option.
    CommandOrOption(&'static str),
    /// As words, unless it is told to run a Python module.
    UvCommand,
    /// As words, after assignments.
    Assignments,
    /// As words, or as one script, after one of these.
    After(&'static [&'static str]),
    /// As words, or as one script.
    Text,
    /// As any number of scripts.
    Texts,
    /// As one script, after one of these options.
    Option(&'static [&'static str]),
    /// As one script, in front of the signals that start it.
    Handler,
}

/// The shells: they take a script after `-c`, and from standard input.
pub(super) const SHELLS: [&str; 7] = ["ash", "bash", "dash", "fish", "ksh", "sh", "zsh"];

const fn row(name: &'static str, words: &'static str, values: &'static str) -> Wrapper {
    Wrapper { name, words, values, operands: 0, holds: Holds::Command, environment: None }
}

impl Wrapper {
    const fn after(mut self, operands: usize) -> Self {
        self.operands = operands;
        self
    }

    const fn holding(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    const fn within(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }
}

const CONTAINER: &str = "-e --env --env-file -v --volume --volumes-from -w --workdir -u --user -p --publish --expose \
    --name --network --net --network-alias --ip --entrypoint -l --label --label-file --mount --tmpfs \
    --platform --gpus -m --memory --memory-swap --cpus -c --cpu-shares --cpuset-cpus --add-host -h \
    --hostname --domainname --restart --ulimit --device --shm-size --security-opt --cap-add \
    --cap-drop --pull --log-driver --log-opt --link --dns --dns-search --group-add --ipc --pid --uts \
    --userns --runtime --cidfile --stop-signal --stop-timeout --sysctl -a --attach --health-cmd \
    --health-interval --annotation --isolation --secret --pod --arch --detach-keys --context --host \
    --config --log-level -H";

const COMPOSE: &str = "-f --file -p --project-name --profile --env-file --project-directory --parallel --progress \
    --ansi -e --env -v --volume -w --workdir -u --user --publish --name --entrypoint -l --label \
    --index --cap-add --cap-drop --pull --context -H --host";

const UV: &str = "--with --with-editable --with-requirements --python -p --extra --no-extra --group --no-group \
    --only-group --directory --project --package --no-editable-package --env-file --index \
    --index-url -i --extra-index-url --default-index --find-links -f --config-file --config-setting \
    -C --cache-dir --color --refresh-package --upgrade-package -P --reinstall-package --resolution \
    --prerelease --fork-strategy --exclude-newer --link-mode --index-strategy --keyring-provider \
    --allow-insecure-host --no-build-package --no-binary-package --no-build-isolation-package \
    --no-sources-package --python-platform --max-recursion-depth --python-preference --from \
    --torch-backend -w -c --constraints --overrides -b --build-constraints --no-install-package \
    --trusted-host";

/// The wrappers, sorted by name; of one name those with more words first.
pub(super) static WRAPPERS: &[Wrapper] = &[
    row("arch", "", ""),
    row("asdf", "exec", ""),
    row("aws-vault", "exec", "").holding(Holds::After(&["--"])),
    row("builtin", "", ""),
    row("caffeinate", "", "-t -w"),
    row("chamber", "exec", "").holding(Holds::After(&["--"])),
    row("chronic", "", ""),
    row("chroot", "", "--userspec --groups").after(1),
    row("chrt", "", "-T -P -D").after(1),
    row("command", "", ""),
    row("conda", "run", "-n --name -p --prefix --cwd -e --env -a --attach -r --root-prefix --label"),
    row("dbus-run-session", "", ""),
    row("devbox", "run", "-c --config -e --env --env-file"),
    row(
        "devcontainer",
        "exec",
        "--workspace-folder --container-id --config --docker-path --remote-env --id-label",
    )
    .within(Environment::Container),
    row("direnv", "exec", "").after(1),
    row("doas", "", "-u -C").holding(Holds::Assignments),
    row("docker", "compose exec", COMPOSE).after(1).within(Environment::Container),
    row("docker", "compose run", COMPOSE).after(1).within(Environment::Container),
    row("docker", "container exec", CONTAINER).after(1).within(Environment::Container),
    row("docker", "container run", CONTAINER).after(1).within(Environment::Container),
    row("docker", "exec", CONTAINER).after(1).within(Environment::Container),
    row("docker", "run", CONTAINER).after(1).within(Environment::Container),
    row("docker-compose", "exec", COMPOSE).after(1).within(Environment::Container),
    row("docker-compose", "run", COMPOSE).after(1).within(Environment::Container),
    row("doppler", "run", "-p --project -c --config --env -t --token --path --scope --projectId --domain"),
    row("dotenv", "run", "-f --file -q --quote -e -c"),
    row("dotenv", "", "-f --file -q --quote -e -c -p -v"),
    row("dotenvx", "run", "-f --env-file -e --env -fk"),
    row("entr", "", "").holding(Holds::Text),
    row("env", "", "-u --unset -C --chdir -P").holding(Holds::Assignments),
    row("eval", "", "").holding(Holds::Text),
    row("exec", "", "-a"),
    row("fakeroot", "", ""),
    row("flock", "", "-w --wait --timeout -E --conflict-exit-code")
        .after(1)
        .holding(Holds::CommandOrOption("-c")),
    row("flox", "activate", "").holding(Holds::After(&["--"])),
    row("gdb", "", "").holding(Holds::After(&["--args"])),
    row("gosu", "", "").after(1),
    row("gtimeout", "", "-k --kill-after -s --signal").after(1),
    row("hatch", "env run", "-e --env -i --include -x --exclude"),
    row("hatch", "run", "-p --project --data-dir --cache-dir --config"),
    row(
        "hyperfine",
        "",
        "-w --warmup -r --runs -m --min-runs -M --max-runs -n --command-name -P --parameter-scan -D \
        --parameter-step-size -L --parameter-list -S --shell -u --time-unit --export-json \
        --export-csv --export-markdown --export-asciidoc --style --sort --output --input --reference",
    )
    .holding(Holds::Texts),
    row("infisical", "run", "-p --project -c --config --env -t --token --path --scope --projectId --domain"),
    row("ionice", "", "-c --class -n --classdata -t -p --pid -P --pgid -u --uid"),
    row("kubectl", "exec", "").holding(Holds::After(&["--"])).within(Environment::Container),
    row("kubectl", "run", "").holding(Holds::After(&["--"])).within(Environment::Container),
    row("lldb", "", "").holding(Holds::After(&["--"])),
    row("ltrace", "", "-a -A -D -e -F -l -n -o -p -s -u -w -x"),
    row("mamba", "run", "-n --name -p --prefix --cwd -e --env -a --attach -r --root-prefix --label"),
    row("micromamba", "run", "-n --name -p --prefix --cwd -e --env -a --attach -r --root-prefix --label"),
    row("mise", "exec", "").holding(Holds::After(&["--"])),
    row("mise", "x", "").holding(Holds::After(&["--"])),
    row("nerdctl", "compose exec", COMPOSE).after(1).within(Environment::Container),
    row("nerdctl", "compose run", COMPOSE).after(1).within(Environment::Container),
    row("nerdctl", "container exec", CONTAINER).after(1).within(Environment::Container),
    row("nerdctl", "container run", CONTAINER).after(1).within(Environment::Container),
    row("nerdctl", "exec", CONTAINER).after(1).within(Environment::Container),
    row("nerdctl", "run", CONTAINER).after(1).within(Environment::Container),
    row("nice", "", "-n --adjustment"),
    row("nix", "develop", "").holding(Holds::After(&["-c", "--command"])),
    row("nix", "run", "").holding(Holds::After(&["--"])),
    row("nix", "shell", "").holding(Holds::After(&["-c", "--command"])),
    row("nix-shell", "", "").holding(Holds::Option(&["--run", "--command"])),
    row("nohup", "", ""),
    row("numactl", "", ""),
    row("oc", "exec", "").holding(Holds::After(&["--"])).within(Environment::Container),
    row("op", "run", "--env-file --account"),
    row(
        "parallel",
        "",
        "-j --jobs -n -N --max-args -I -d --delimiter -S --sshlogin --timeout --retries --joblog \
        --results -a --arg-file -C --colsep --delay -P --max-procs -L --max-lines --tagstring \
        --workdir --wd --env --load --memfree --halt --basefile --bf --return --tempdir --tmpdir",
    )
    .holding(Holds::Text),
    row("pdm", "run", "-p --project --venv -e --env-file"),
    row("perf", "record", "-e --event -F -o --output"),
    row("perf", "stat", "-e --event -r --repeat -o --output"),
    row("pipenv", "run", "--python --pypi-mirror"),
    row("pipx", "run", "--spec --python --pip-args --index-url -i --with"),
    row("pixi", "exec", "-s --spec -c --channel"),
    row("pixi", "run", "-e --environment --manifest-path"),
    row("pkexec", "", "--user"),
    row("podman", "compose exec", COMPOSE).after(1).within(Environment::Container),
    row("podman", "compose run", COMPOSE).after(1).within(Environment::Container),
    row("podman", "container exec", CONTAINER).after(1).within(Environment::Container),
    row("podman", "container run", CONTAINER).after(1).within(Environment::Container),
    row("podman", "exec", CONTAINER).after(1).within(Environment::Container),
    row("podman", "run", CONTAINER).after(1).within(Environment::Container),
    row("podman-compose", "exec", COMPOSE).after(1).within(Environment::Container),
    row("podman-compose", "run", COMPOSE).after(1).within(Environment::Container),
    row("poetry", "run", "-C --directory -P --project"),
    row("proxychains", "", "-f"),
    row("proxychains4", "", "-f"),
    row("pyenv", "exec", ""),
    row("retry", "", "-t --times -d --delay -m --max -s --sleep -n -a --attempts --timeout --tries"),
    row("rlwrap", "", "-f -H -s"),
    row("rtx", "exec", "").holding(Holds::After(&["--"])),
    row("runuser", "", "").holding(Holds::Option(&["-c", "--command"])),
    row("rye", "run", "--pyproject"),
    row("script", "", "").holding(Holds::Option(&["-c", "--command"])),
    row("setsid", "", ""),
    row("sg", "", "").holding(Holds::Option(&["-c"])),
    row("ssh", "", "-b -B -c -D -E -e -F -I -i -J -L -l -m -O -o -P -p -Q -R -S -W -w")
        .after(1)
        .holding(Holds::Text)
        .within(Environment::Remote),
    row("stdbuf", "", "-i --input -o --output -e --error"),
    row("strace", "", "-a -b -e -E -I -o -O -p -P -s -S -u -U -X"),
    row("su", "", "").holding(Holds::Option(&["-c", "--command"])),
    row("su-exec", "", "").after(1),
    row(
        "sudo",
        "",
        "-u --user -g --group -h --host -p --prompt -C --close-from -r --role -t --type -T \
        --command-timeout -R --chroot -D --chdir -U --other-user",
    )
    .holding(Holds::Assignments),
    row("systemd-run", "", "-p --property -u --unit -E --setenv --working-directory -M -H"),
    row("taskset", "", "").after(1),
    row("time", "", "-f --format -o --output"),
    row("timeout", "", "-k --kill-after -s --signal").after(1),
    row("torsocks", "", ""),
    row("trap", "", "").holding(Holds::Handler),
    row("unbuffer", "", ""),
    row("unshare", "", ""),
    row("uv", "tool run", UV),
    row("uv", "run", UV).holding(Holds::UvCommand),
    row("uvx", "", UV),
    row("valgrind", "", ""),
    row("watch", "", "-n --interval -q --equexit -s --shotsdir").holding(Holds::Text),
    row(
        "watchexec",
        "",
        "-e --exts -w --watch -i --ignore -f --filter -s --signal -d --debounce --stop-signal --shell \
        --project-origin --delay-run --workdir -E --env",
    )
    .holding(Holds::Text),
    row(
        "xargs",
        "",
        "-a --arg-file -d --delimiter -E -I -L --max-lines -n --max-args -P --max-procs -s \
        --max-chars --process-slot-var -J -R -S",
    ),
    row("xvfb-run", "", "-n --server-num -s --server-args -e --error-file -f --auth-file -w --wait -p"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        let keys: Vec<_> = WRAPPERS
            .iter()
            .map(|row| (row.name, usize::MAX - row.words.split_whitespace().count(), row.words))
            .collect();
        assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(SHELLS.is_sorted());
    }
}
