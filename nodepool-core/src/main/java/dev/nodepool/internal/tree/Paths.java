package dev.nodepool.internal.tree;

/** Parts of znode paths. */
public final class Paths {

    private Paths() {}

    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The path without its last part; {@code /} for a path of one part. */
    public static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    /** Whether a text can be one part of a path; what people type and files hold need not be. */
    public static boolean isName(String text) {
        return !text.isEmpty()
                && !text.equals(".")
                && !text.equals("..")
                && text.chars().noneMatch(c -> c == '/' || Character.isISOControl(c));
    }

    /** Whether a path lies below another one, which is not itself. */
    public static boolean below(String path, String root) {
        return root.equals("/")
                ? path.length() > 1
                : path.length() > root.length() + 1 && path.startsWith(root) && path.charAt(root.length()) == '/';
    }
}
