package dev.nodepool.runner.web;

/** Answers GET and HEAD on one path. Called from several threads at once; must not wait for anything. */
@FunctionalInterface
public interface Endpoint {

    /** The answer for this moment. */
    Answer answer(Query query);
}
