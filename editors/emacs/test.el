;;; Asks what a person would see; each line that is printed is one promise kept.  -*- lexical-binding: t -*-

(defun check (what holds)
  (message "%s: %s" (if holds "ok" "FAILED") what)
  (unless holds (kill-emacs 1)))

(defun wait-for (holds)
  "Waits up to ten seconds until HOLDS returns something, and returns it."
  (let ((end (+ (float-time) 10)) (result nil))
    (while (and (not (setq result (funcall holds))) (< (float-time) end))
      (accept-process-output nil 0.1))
    result))

(defun has-finding (code line)
  "Waits until there is a finding of a rule at a line, counted from 1."
  (wait-for
   (lambda ()
     (seq-some (lambda (it)
                 (and (string-search code (flymake-diagnostic-text it))
                      (= line (line-number-at-pos (flymake-diagnostic-beg it)))))
               (flymake-diagnostics)))))

(defun visit (file)
  "Opens a file as a person does, whose next command starts what waits for it."
  (find-file file)
  (run-hooks 'post-command-hook)
  (check (format "the server starts for %s in %s" file major-mode) (wait-for #'eglot-current-server))
  (flymake-start))

(visit "nightly-report.yaml")
(check "a field in the wrong place is found" (has-finding "unknown-field" 10))
(goto-char (point-min))
(forward-line 9)
(delete-region (point) (line-beginning-position 2))
(eglot--signal-textDocument/didChange)
(flymake-start)
(check "the finding moves up with its line" (has-finding "stuck-forbid" 11))

(when (fboundp 'js-json-mode)
  (add-to-list 'auto-mode-alist '("\\.json\\'" . js-json-mode))
  (visit "job.json")
  (check "JSON is read too" (has-finding "unknown-field" 1)))
(kill-emacs 0)
