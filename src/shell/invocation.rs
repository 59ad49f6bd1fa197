//! What a container starts: its words, the wrappers around a shell, the shell's options, and the script.

use crate::value::program::{ShellOptions, base_name, is_shell, script_of};
use crate::value::wrapper::wrapped_program;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::flavour::{Flavour, flavour};
use super::pod_context::PodContext;
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, ContainerKind};

/// What a container starts, as far as the manifest tells.
pub struct Invocation<'d> {
    /// The container.
    pub container: Container<'d>,
    /// The texts of `command` and `args`.
    pub words: Vec<Node<'d>>,
    /// How many of the words come from `command`.
    pub commands: usize,
    /// The shell that runs a script, if one does.
    pub shell: Option<Shell<'d>>,
    /// The pod around the container.
    pub pod_context: Rc<PodContext<'d>>,
    variables: OnceCell<HashSet<&'d str>>,
}

/// A shell with its options.
#[derive(Clone, Copy)]
pub struct Shell<'d> {
    /// `sh`, `bash`, `ash` …
    pub name: &'d str,
    /// What stands behind that name in the image.
    pub flavour: Flavour,
    /// The position of its word.
    pub word: usize,
    /// The options that count as `set`.
    pub options: ShellOptions,
    /// The position of the script among the words.
    pub script: usize,
    /// Whether nothing stands around it, so that it is the container's first process.
    pub first: bool,
    /// Whether a program starts it that may give it other variables and arguments: `su`, `kubectl exec`, an entrypoint.
    pub wrapped: bool,
}

impl<'d> Invocation<'d> {
    /// Returns what follows when the container exits with 0.
    pub fn effect_of_success(&self) -> &'static str {
        match self.container.kind {
            ContainerKind::Main => "the Job counts as Complete",
            ContainerKind::Init if self.container.is_sidecar() => "the kubelet restarts the sidecar",
            ContainerKind::Init => "the next container starts",
        }
    }

    /// Reads `command` and `args` of a container; `None` if neither is a list of texts.
    pub fn new(container: Container<'d>) -> Option<Self> {
        Invocation::in_pod(container, &Rc::new(PodContext::new(container.pod)))
    }

    /// Does the same for one of several containers of a pod.
    pub fn in_pod(container: Container<'d>, pod_context: &Rc<PodContext<'d>>) -> Option<Self> {
        let mut words: Vec<Node<'d>> = container.command().items().collect();
        let commands = words.len();
        words.extend(container.args().items());
        if words.is_empty() || words.iter().any(|word| word.text().is_none()) {
            return None;
        }
        let (shell, pod_context, variables) = (None, pod_context.clone(), OnceCell::new());
        let mut invocation = Invocation { container, words, commands, shell, pod_context, variables };
        invocation.shell = invocation.find_shell();
        Some(invocation)
    }

    /// Returns a word.
    pub fn word(&self, at: usize) -> Option<&'d str> {
        self.words.get(at)?.text()
    }

    /// Returns the words after the script: `$0`, `$1` …
    pub fn extra_words(&self) -> &[Node<'d>] {
        let shell = self.shell.filter(|shell| !shell.wrapped);
        shell.and_then(|shell| self.words.get(shell.script + 1..)).unwrap_or_default()
    }

    /// Returns the position of the program that runs, after wrappers such as `env`, `timeout` and `tini`.
    pub fn program(&self) -> usize {
        wrapped_program(|at| self.word(at))
    }

    fn find_shell(&self) -> Option<Shell<'d>> {
        let word = self.program();
        let program = self.word(word)?;
        if is_shell(program) || matches!(base_name(program), "python" | "python2" | "python3") {
            return self.shell_at(word);
        }
        (word..self.words.len()).find_map(|at| self.wrapped_shell(base_name(program), at))
    }

    /// Reads a shell's options up to the script after its `-c`.
    fn shell_at(&self, word: usize) -> Option<Shell<'d>> {
        let words: Vec<&'d str> = self.words[word..].iter().filter_map(|node| node.text()).collect();
        let name = base_name(words.first()?);
        let (options, script) = script_of(&words)?;
        let image = self.container.image().text().unwrap_or_default();
        let first = word == 0;
        let flavour = flavour(name, image);
        Some(Shell { name, flavour, word, options, script: word + script, first, wrapped: false })
    }

    /// Finds a shell among the arguments of a program that is to start it: `runner.sh bash -c …`, `su app -c …`.
    fn wrapped_shell(&self, program: &str, at: usize) -> Option<Shell<'d>> {
        let word = self.word(at)?;
        let before = at.checked_sub(1).and_then(|it| self.word(it)).unwrap_or_default();
        // `--shell bash` says which one, and starts none here.
        if is_shell(word) && at > 0 && !["--shell", "--entrypoint", "--interpreter"].contains(&before) {
            let shell = self.shell_at(at)?;
            let is_elsewhere =
                ["kubectl", "oc", "docker", "podman", "ssh", "nsenter", "chroot"].contains(&program);
            let flavour = if is_elsewhere && shell.name == "sh" { Flavour::Unknown } else { shell.flavour };
            return Some(Shell { flavour, first: false, wrapped: true, ..shell });
        }
        let is_command = matches!(word, "-c" | "--command" | "-lc") && self.word(at + 1).is_some();
        (is_command && ["su", "runuser", "flock"].contains(&program)).then_some(Shell {
            name: "sh",
            flavour: Flavour::Unknown,
            word: at,
            options: ShellOptions::default(),
            script: at + 1,
            first: false,
            wrapped: true,
        })
    }

    /// Whether the container's `env` has a variable of this name.
    pub fn is_in_env(&self, name: &str) -> bool {
        let names = || self.container.env().items().filter_map(|it| it.field("name").text()).collect();
        self.variables.get_or_init(names).contains(name)
    }

    /// Returns the words that go to a program as they are, with their places: not those of a shell, nor a script.
    pub fn plain_words(&self) -> impl Iterator<Item = (Node<'d>, &'d str)> {
        let program = self.program();
        let interpreted = self.shell.is_some() || self.word(program).is_some_and(is_shell);
        let words = self.words.iter().skip(program + 1).filter(move |_| !interpreted);
        // Longer words hold data.
        words.filter_map(|node| Some((*node, node.text().filter(|it| it.len() <= 4096)?)))
    }
}
