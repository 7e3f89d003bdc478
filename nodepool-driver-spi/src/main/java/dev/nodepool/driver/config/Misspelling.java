package dev.nodepool.driver.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word somebody probably meant. */
final class Misspelling {

    private Misspelling() {}

    /** The most similar of the words, empty when none is similar enough to be worth a hint. */
    static Optional<String> nearest(String written, Collection<String> words) {
        var folded = fold(written);
        var limit = Math.max(1, Math.min(3, written.length() / 3));
        return words.stream()
                .filter(word -> distance(folded, fold(word)) <= limit)
                .min(Comparator.comparingInt(word -> distance(folded, fold(word))));
    }

    /** Wrong case and the other separator are the commonest slips and cost nothing. */
    private static String fold(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Letters to insert, drop, replace or swap with their neighbour. */
    private static int distance(String a, String b) {
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : step(a, b, rows, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] rows, int i, int j) {
        var same = a.charAt(i - 1) == b.charAt(j - 1);
        var best = Math.min(Math.min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
        var swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
    }
}
