package dev.nodepool.view;

/**
 * An image in a cloud that says it is an upload of ours and is none that is known to be in use.
 *
 * @param id what the cloud calls it
 */
public record AlienImage(String provider, String name, String id) {}
