package dev.nodepool.runner.listing;

import java.lang.Character.UnicodeScript;

/** How many columns of a terminal a text takes. */
final class DisplayWidth {

    private DisplayWidth() {}

    static int of(String text) {
        int width = 0;
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            width += character < 0x300 ? 1 : of(character);
            at += Character.charCount(character);
        }
        return width;
    }

    private static int of(int character) {
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return wide(character) ? 2 : 1;
    }

    private static boolean wide(int character) {
        if (character >= 0xff61 && character <= 0xffdc) {
            return false;
        }
        if (character >= 0x3000 && character <= 0x303e
                || character >= 0xff01 && character <= 0xff60
                || character >= 0xffe0 && character <= 0xffe6
                || character >= 0x1f300 && character <= 0x1f64f
                || character >= 0x1f680 && character <= 0x1f6ff
                || character >= 0x1f900 && character <= 0x1f9ff) {
            return true;
        }
        UnicodeScript script = UnicodeScript.of(character);
        return script == UnicodeScript.HAN
                || script == UnicodeScript.HIRAGANA
                || script == UnicodeScript.KATAKANA
                || script == UnicodeScript.HANGUL
                || script == UnicodeScript.BOPOMOFO
                || script == UnicodeScript.YI;
    }
}
