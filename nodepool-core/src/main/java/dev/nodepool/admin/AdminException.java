package dev.nodepool.admin;

/** Something could not be read or ordered; the message tells people why. */
public final class AdminException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AdminException(String why) {
        super(why);
    }

    public AdminException(String why, Throwable cause) {
        super(why, cause);
    }
}
