using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace NetGen.Tests.Golden;

/// <summary>
/// Weights that are a function of the tensor's name and the element's index, so that any language rebuilds them to the bit and
/// only expected outputs are stored. The recipe is that of the script that computed the golden outputs.
/// </summary>
internal sealed class GoldenWeights : IWeightSource
{
    private const int Chunk = 1 << 16;
    private readonly Dictionary<string, TensorInfo> tensors;
    private readonly string salt;
    private readonly IReadOnlyDictionary<string, float[]> ranges;

    /// <summary>Weights for a network's tensors.</summary>
    /// <param name="tensors">The names and shapes.</param>
    /// <param name="salt">Is put before every name, for different weights under the same names.</param>
    /// <param name="ranges">The ranges of activations, of which there is no recipe.</param>
    public GoldenWeights(IEnumerable<TensorInfo> tensors, string salt = "", IReadOnlyDictionary<string, float[]>? ranges = null)
    {
        this.ranges = ranges ?? new Dictionary<string, float[]>();
        this.tensors = tensors.ToDictionary(t => t.Name);
        this.salt = salt;
    }

    /// <inheritdoc/>
    public string Name => "golden weights";

    /// <inheritdoc/>
    public IReadOnlyCollection<TensorInfo> Tensors => tensors.Values;

    /// <summary>The recipe's input, or another one under another name.</summary>
    public static float[] Input(int length, string name = "input")
    {
        var values = new float[length];
        Fill(Hash(name), 0, values, 1, 0);
        return values;
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor) => tensors.TryGetValue(name, out tensor);

    /// <inheritdoc/>
    public unsafe void Read(string name, Span<float> destination)
    {
        if (ranges.TryGetValue(name, out float[]? range))
        {
            range.CopyTo(destination);
            return;
        }

        TensorInfo tensor = tensors[name];
        (double scale, double offset) = Distribution(tensor);
        ulong hash = Hash(salt + name);
        int length = destination.Length;
        fixed (float* first = destination)
        {
            // Lambdas cannot capture spans or pointers; the span stays pinned until the loop has ended.
            nint target = (nint)first;
            Parallel.For(0, (length + Chunk - 1) / Chunk, chunk =>
            {
                int start = chunk * Chunk;
                Fill(hash, start, new Span<float>((float*)target + start, Math.Min(Chunk, length - start)), scale, offset);
            });
        }
    }

    private static (double Scale, double Offset) Distribution(TensorInfo tensor) => tensor.Name.Split('.')[^1] switch
    {
        "running_var" => (0.5, 1),
        "running_mean" => (0.1, 0),
        "bias" => (0.1, 0),
        var recurrent when recurrent.StartsWith("bias_", StringComparison.Ordinal) => (0.1, 0),

        // With larger ones, a state of many steps would be chaos.
        var recurrent when recurrent.StartsWith("weight_hh", StringComparison.Ordinal) => (Math.Sqrt(1.0 / tensor.Shape[1]), 0),
        _ when tensor.Shape.Length >= 2 => (Math.Sqrt(6.0 / tensor.Shape.Skip(1).Aggregate(1L, (p, d) => p * d)), 0),
        _ => (0.25, 1),
    };

    private static void Fill(ulong hash, int start, Span<float> values, double scale, double offset)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ulong z = hash + ((ulong)(start + i + 1) * 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            double u = ((z >> 40) / 8388608.0) - 1;
            values[i] = (float)((u * scale) + offset);
        }
    }

    /// <summary>FNV-1a over the name's UTF-8 bytes.</summary>
    private static ulong Hash(string name) =>
        Encoding.UTF8.GetBytes(name).Aggregate(0xCBF29CE484222325, (hash, b) => (hash ^ b) * 0x100000001B3);
}
