using System.Globalization;
using System.Text;

namespace NetGen.Generator.Emission;

/// <summary>Values as C# writes them, in every culture.</summary>
internal static class Literal
{
    /// <summary>A whole number.</summary>
    public static string Int(long value) => value.ToString(CultureInfo.InvariantCulture);

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
    public static string String(string value)
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
}
