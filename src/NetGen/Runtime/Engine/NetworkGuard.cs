using System;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace NetGen.Runtime;

/// <summary>The checks of a generated network's arguments. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NetworkGuard
{
    /// <summary>Checks the spans of one sample.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="inputLength">The length it must have.</param>
    /// <param name="output">Takes the result.</param>
    /// <param name="outputLength">The length it must have.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the two overlap.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckSample(ReadOnlySpan<float> input, int inputLength, Span<float> output, int outputLength)
    {
        if (input.Length != inputLength || output.Length != outputLength || input.Overlaps(output))
        {
            Throw(input, inputLength, output, outputLength);
        }
    }

    /// <summary>Checks the span of one of several outputs.</summary>
    /// <param name="output">The span.</param>
    /// <param name="length">The length it must have.</param>
    /// <param name="name">The parameter.</param>
    /// <exception cref="ArgumentException">It has the wrong length.</exception>
    public static void CheckOutput(Span<float> output, int length, string name)
    {
        if (output.Length != length)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The output has {output.Length} values, but the network gives {length}."), name);
        }
    }

    /// <summary>Checks the span of one of the inputs.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="input">The span.</param>
    /// <param name="length">The length it must have.</param>
    /// <param name="name">The parameter.</param>
    /// <exception cref="ArgumentException">It has the wrong length.</exception>
    public static void CheckInput<T>(ReadOnlySpan<T> input, int length, string name)
    {
        if (input.Length != length)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The input has {input.Length} values, but the network takes {length}."), name);
        }
    }

    /// <summary>Checks the spans of a batch.</summary>
    /// <param name="inputs">The samples, one after the other.</param>
    /// <param name="inputLength">The length of each.</param>
    /// <param name="outputs">Takes the results.</param>
    /// <param name="outputLength">The length of each.</param>
    /// <param name="maxDegreeOfParallelism">The most threads; −1 for one per core.</param>
    /// <returns>The number of samples.</returns>
    /// <exception cref="ArgumentException">The lengths are no multiples, hold different numbers of samples, or overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is neither positive nor −1.</exception>
    public static int CheckBatch(
        ReadOnlySpan<float> inputs, int inputLength, Span<float> outputs, int outputLength, int maxDegreeOfParallelism)
    {
        if (maxDegreeOfParallelism is 0 or < -1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "The number of threads is positive, or -1 for one per core.");
        }

        int count = inputs.Length / inputLength;
        if (inputs.Length != (long)count * inputLength || outputs.Length != (long)count * outputLength)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"A batch of samples of {inputLength} values needs {inputLength}·n inputs and {outputLength}·n outputs, but the spans have {inputs.Length} and {outputs.Length}."));
        }

        if (inputs.Overlaps(outputs))
        {
            throw new ArgumentException("The inputs and outputs overlap.", nameof(outputs));
        }

        return count;
    }

    private static void Throw(ReadOnlySpan<float> input, int inputLength, Span<float> output, int outputLength)
    {
        CheckInput(input, inputLength, nameof(input));
        CheckOutput(output, outputLength, nameof(output));
        throw new ArgumentException("The input and output overlap.", nameof(output));
    }
}
