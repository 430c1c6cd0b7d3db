namespace NetGen.Runtime;

/// <summary>How a map's values become integers: value = scale · (integer − zero point).</summary>
/// <param name="Scale">The distance between two neighbouring integers' values.</param>
/// <param name="ZeroPoint">The integer that stands for zero, which is always among them: padding is made of it.</param>
internal readonly record struct Quantization(double Scale, int ZeroPoint)
{
    /// <summary>Spreads the integers over a range of values, zero included.</summary>
    /// <param name="least">The least value.</param>
    /// <param name="largest">The largest value.</param>
    public static Quantization Of(float least, float largest)
    {
        double low = double.Min(least, 0);
        double high = double.Max(largest, 0);
        double scale = (high - low) / Quantized.LargestActivation;
        return scale > 0 && double.IsFinite(scale) ? new Quantization(scale, (int)double.Round(-low / scale)) : new Quantization(1, 0);
    }

    /// <summary>What a value is multiplied with to become an integer.</summary>
    public float Inverse => (float)(1 / Scale);

    /// <summary>What is then added, so that cutting the fraction off rounds.</summary>
    public float Shift => ZeroPoint + 0.5f;
}
