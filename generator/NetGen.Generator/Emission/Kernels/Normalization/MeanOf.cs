namespace NetGen.Generator.Emission.Kernels;

/// <summary>Sums that become means. Nothing is written for the mean of one value, which is that value.</summary>
/// <param name="Count">How many values a sum has.</param>
internal readonly record struct MeanOf(long Count)
{
    /// <summary>Writes that a sum becomes a mean.</summary>
    public void Emit(CodeWriter writer, string sum)
    {
        if (Count > 1)
        {
            writer.Line($"{sum} *= {Share};");
        }
    }

    /// <summary>The mean of a sum, as part of an expression.</summary>
    public string Of(string sum) => Count > 1 ? $"{sum} * {Share}" : sum;

    private string Share => Literal.Float(1.0 / Count);
}
