using System.Globalization;
using System.Text;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>The expressions that kernels are made of.</summary>
internal static class Code
{
    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A float literal that reads back as the same value.</summary>
    public static string Float(double value)
    {
        float single = (float)value;
        return float.IsPositiveInfinity(single) ? "float.PositiveInfinity"
            : float.IsNegativeInfinity(single) ? "float.NegativeInfinity"
            : single.ToString("R", CultureInfo.InvariantCulture) + "f";
    }

    /// <summary>A double literal that reads back as the same value.</summary>
    public static string Double(double value) => value.ToString("R", CultureInfo.InvariantCulture) + "d";

    /// <summary>A number that reads back as the same double; whole ones need no suffix.</summary>
    public static string Number(double value) => double.IsPositiveInfinity(value) ? "double.PositiveInfinity"
        : double.IsNegativeInfinity(value) ? "double.NegativeInfinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A string literal.</summary>
    public static string Literal(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char c in value)
        {
            if (c is '\\' or '"')
            {
                text.Append('\\').Append(c);
            }
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
            {
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>FNV-1a of a text, in hexadecimal digits.</summary>
    public static string Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ value) * 1099511628211);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    /// <summary>The vector class of a width in lanes, <c>Vector256</c>.</summary>
    public static string Vector(int lanes) => Tier.NameOf(lanes);

    /// <summary>The vector type of a width in lanes.</summary>
    public static string VectorType(int lanes) => Tier.NameOf(lanes) + "<float>";

    public static string Zero(int lanes) => VectorType(lanes) + ".Zero";

    /// <summary>A constant in every lane.</summary>
    public static string Broadcast(int lanes, string scalar) => $"{Vector(lanes)}.Create({scalar})";

    /// <summary>An element behind a reference.</summary>
    public static string At(string reference, string offset) =>
        offset == "0" ? reference : $"Unsafe.Add(ref {reference}, {offset})";

    public static string At(string reference, long offset) => At(reference, Text(offset));

    public static string Load(int lanes, string reference, string offset) => offset == "0"
        ? $"{Vector(lanes)}.LoadUnsafe(ref {reference})"
        : $"{Vector(lanes)}.LoadUnsafe(ref {reference}, {offset})";

    public static string Load(int lanes, string reference, long offset) => Load(lanes, reference, Text(offset));

    /// <summary>A running offset plus a constant.</summary>
    public static string Plus(string offset, long constant) =>
        constant == 0 ? offset : offset == "0" ? Text(constant) : $"{offset} + {Text(constant)}";

    /// <summary>left · right + addend, fused where the machine can.</summary>
    public static string MultiplyAdd(string left, string right, string addend) =>
        $"MultiplyAddEstimate({left}, {right}, {addend})";

    /// <summary>sum = left · right + sum. Kernels consist of such lines, which are therefore written without strings in between.</summary>
    public static void Accumulate(CodeWriter writer, string sum, string left, string right) =>
        writer.Line($"{sum} = MultiplyAddEstimate({left}, {right}, {sum});");

    /// <summary>Moves a reference on.</summary>
    public static string Advance(string reference, long distance) => Advance(reference, Text(distance));

    /// <summary>Moves a reference on by an expression.</summary>
    public static string Advance(string reference, string distance) =>
        $"{reference} = ref Unsafe.Add(ref {reference}, {distance});";

    /// <summary>The distance of a row from the first place of the ring that it lies in.</summary>
    public static string PlaceInRing(string row, int rows, int rowStride) =>
        $"{(row.Contains(" ") ? $"({row})" : row)} % {Text(rows)} * {Text(rowStride)}";

    /// <summary>The lower lanes of a wider vector.</summary>
    public static string Narrow(string vector, int from, int to)
    {
        for (; from > to; from /= 2)
        {
            vector += ".GetLower()";
        }

        return vector;
    }

    /// <summary>The place of a channel within a pixel, whose first channel is an expression.</summary>
    public static string Place(TensorView view, string channel) =>
        !view.IsQuantized || channel == "0" ? channel
        : long.TryParse(channel, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? Text(number / 4)
        : $"({channel} / 4)";

    /// <summary>Loads a vector of a map's channels as floats, whatever the map holds.</summary>
    public static string Load(TensorView view, int lanes, string reference, string offset) => view.IsQuantized
        ? $"Quantized.Load{Text(lanes * 32)}(ref {reference}, {offset})"
        : Load(lanes, reference, offset);

    /// <summary>Stores a vector of a map's channels, which an epilogue has scaled where the map holds integers.</summary>
    public static void Store(
        CodeWriter writer, TensorView view, string value, int lanes, int channels, string target, string offset, long constant = 0)
    {
        if (!view.IsQuantized)
        {
            Store(writer, value, lanes, channels, target, offset, constant);
            return;
        }

        string words = $"Quantized.ToBytes({value}).AsSingle()";
        string place = Plus(offset, constant);
        writer.Line(lanes == 4
            ? $"{At(target, place)} = {words}.ToScalar();"
            : $"{words}{(lanes == 8 ? ".GetLower()" : "")}.StoreUnsafe(ref {target}{(place == "0" ? "" : ", " + place)});");
    }

    /// <summary>Stores a vector's first channels and touches nothing behind them.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="value">A variable; any expression, where all lanes are stored.</param>
    /// <param name="lanes">Its width.</param>
    /// <param name="channels">The lanes to store; all, where the memory behind has room.</param>
    /// <param name="target">The reference to store behind.</param>
    /// <param name="offset">The offset from it.</param>
    public static void Store(CodeWriter writer, string value, int lanes, int channels, string target, string offset, long constant = 0)
    {
        if (channels == lanes)
        {
            string place = Plus(offset, constant);
            writer.Line(place == "0" ? $"{value}.StoreUnsafe(ref {target});" : $"{value}.StoreUnsafe(ref {target}, {place});");
        }
        else if (lanes > 4)
        {
            int lower = System.Math.Min(channels, lanes / 2);
            Store(writer, value + ".GetLower()", lanes / 2, lower, target, offset, constant);
            if (channels > lower)
            {
                Store(writer, value + ".GetUpper()", lanes / 2, channels - lower, target, offset, constant + lower);
            }
        }
        else
        {
            for (int i = 0; i < channels; i++)
            {
                writer.Line($"{At(target, Plus(offset, constant + i))} = {value}.GetElement({Text(i)});");
            }
        }
    }

    /// <summary>
    /// Opens a loop over a kernel's units: all of them, or the share from <c>from</c> to <c>to</c> that one of several threads
    /// computes, to whose first unit the references are moved.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="variable">The loop's variable.</param>
    /// <param name="count">The units.</param>
    /// <param name="isShared">Whether the kernel computes a share.</param>
    /// <param name="references">The references that the loop moves on, and the distance from a unit to the next.</param>
    /// <returns>Whether a loop was opened.</returns>
    public static bool OpenUnits(CodeWriter writer, string variable, long count, bool isShared, params (string Reference, long Distance)[] references)
    {
        if (!isShared)
        {
            return OpenLoop(writer, variable, count);
        }

        foreach ((string reference, long distance) in references)
        {
            writer.Line($"{reference} = ref Unsafe.Add(ref {reference}, from * {Text(distance)});");
        }

        writer.Open($"for (nuint {variable} = from; {variable} < to; {variable}++)");
        return true;
    }

    /// <summary>Declares where a tile starts. The last one ends with the map, and may overlap the one before.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="variable">The first row or column, to be declared.</param>
    /// <param name="tile">The tile's number.</param>
    /// <param name="count">The tiles.</param>
    /// <param name="size">The rows or columns of a tile.</param>
    /// <param name="length">Those of the map.</param>
    public static void DeclareStart(CodeWriter writer, string variable, string tile, int count, int size, int length) =>
        writer.Line(length % size == 0
            ? $"nuint {variable} = {tile} * {Text(size)};"
            : $"nuint {variable} = {tile} < {Text(count - 1)} ? {tile} * {Text(size)} : {Text(length - size)};");

    /// <summary>Opens a loop that counts, unless it would run once.</summary>
    public static bool OpenLoop(CodeWriter writer, string variable, long count)
    {
        if (count == 1)
        {
            return false;
        }

        writer.Open($"for (nuint {variable} = 0; {variable} < {Text(count)}; {variable}++)");
        return true;
    }
}
