package dev.nodepool;

import dev.nodepool.internal.image.ImageOrders.Answer;

/** Turns what came of an order about an image into what the caller is told. */
final class ImageAnswers {

    private ImageAnswers() {}

    /** @throws IllegalStateException with this message when work on it is under way */
    static boolean done(Answer answer, String busy) {
        return switch (answer) {
            case DONE -> true;
            case NOT_FOUND -> false;
            case BUSY -> throw new IllegalStateException(busy);
        };
    }
}
