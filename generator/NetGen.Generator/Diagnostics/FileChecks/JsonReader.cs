using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>
/// Reads the JSON of a safetensors header. A generator should bring no libraries along, and this is all the JSON it has to read.
/// </summary>
internal sealed class JsonReader(string text)
{
    /// <summary>A header nests three deep.</summary>
    private const int MostDepth = 16;

    private int position;

    /// <summary>Reads a whole document into dictionaries, lists, strings, numbers and truth values; false where it is none.</summary>
    public static bool TryRead(string text, out object? value)
    {
        var reader = new JsonReader(text);
        bool read = reader.TryReadValue(0, out value);
        reader.SkipSpace();
        return read && reader.position == text.Length;
    }

    private bool TryReadValue(int depth, out object? value)
    {
        value = null;
        SkipSpace();
        if (position >= text.Length || depth > MostDepth)
        {
            return false;
        }

        switch (text[position])
        {
            case '{':
                return TryReadObject(depth, out value);
            case '[':
                return TryReadArray(depth, out value);
            case '"':
                bool isText = TryReadText(out string characters);
                value = characters;
                return isText;
            case 't' when TryTake("true"):
                value = true;
                return true;
            case 'f' when TryTake("false"):
                value = false;
                return true;
            case 'n' when TryTake("null"):
                return true;
            default:
                return TryReadNumber(out value);
        }
    }

    private bool TryReadObject(int depth, out object? value)
    {
        var members = new Dictionary<string, object?>();
        value = members;
        position++;
        if (TryTake("}"))
        {
            return true;
        }

        do
        {
            SkipSpace();
            if (!TryReadText(out string name) || !TryTake(":") || !TryReadValue(depth + 1, out object? member) || members.ContainsKey(name))
            {
                return false;
            }

            members.Add(name, member);
        }
        while (TryTake(","));
        return TryTake("}");
    }

    private bool TryReadArray(int depth, out object? value)
    {
        var elements = new List<object?>();
        value = elements;
        position++;
        if (TryTake("]"))
        {
            return true;
        }

        do
        {
            if (!TryReadValue(depth + 1, out object? element))
            {
                return false;
            }

            elements.Add(element);
        }
        while (TryTake(","));
        return TryTake("]");
    }

    private bool TryReadText(out string characters)
    {
        var builder = new StringBuilder();
        characters = "";
        if (position >= text.Length || text[position++] != '"')
        {
            return false;
        }

        while (position < text.Length && text[position] != '"')
        {
            char c = text[position++];
            if (c == '\\' && !TryReadEscape(out c))
            {
                return false;
            }

            builder.Append(c);
        }

        characters = builder.ToString();
        return position++ < text.Length;
    }

    private bool TryReadEscape(out char character)
    {
        character = position < text.Length ? text[position++] : '\0';
        if (character == 'u')
        {
            bool read = position + 4 <= text.Length
                & int.TryParse(Ahead(4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code);
            character = (char)code;
            position += 4;
            return read;
        }

        int index = "\"\\/bfnrt".IndexOf(character);
        character = index < 0 ? character : "\"\\/\b\f\n\r\t"[index];
        return index >= 0;
    }

    private bool TryReadNumber(out object? value)
    {
        int start = position;
        while (position < text.Length && "+-.0123456789eE".IndexOf(text[position]) >= 0)
        {
            position++;
        }

        bool read = double.TryParse(text.Substring(start, position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        value = number;
        return read;
    }

    private string Ahead(int length) => position + length <= text.Length ? text.Substring(position, length) : "";

    private bool TryTake(string token)
    {
        SkipSpace();
        if (Ahead(token.Length) != token)
        {
            return false;
        }

        position += token.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (position < text.Length && text[position] is (' ' or '\t' or '\n' or '\r'))
        {
            position++;
        }
    }
}
