using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace NetGen.Runtime;

/// <summary>
/// Weights drawn as PyTorch initialises its layers. Each value depends only on the seed, the tensor's name and its place, so
/// that it is the same on every machine, and in whatever order the tensors are read. Used by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RandomWeights : IWeightSource
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly Dictionary<string, (TensorInfo Tensor, WeightSpec Spec)> tensors = [];
    private readonly TensorInfo[] order;
    private readonly ulong key;

    /// <summary>Draws weights.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="specs">The tensors.</param>
    public RandomWeights(int seed, ReadOnlySpan<WeightSpec> specs)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"random weights of seed {seed}");
        key = Mix((uint)seed + Golden);
        order = new TensorInfo[specs.Length];
        for (int i = 0; i < specs.Length; i++)
        {
            order[i] = new TensorInfo(specs[i].Name, TensorType.F32, specs[i].Shape);
            tensors.Add(specs[i].Name, (order[i], specs[i]));
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<TensorInfo> Tensors => Array.AsReadOnly(order);

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        tensor = tensors.GetValueOrDefault(name).Tensor;
        return tensor is not null;
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        TensorReading.Find(this, name, destination);
        WeightSpec spec = tensors[name].Spec;
        switch (spec.Init)
        {
            case WeightInit.Uniform:
                Fill(destination, Mix(Hash(name) ^ key), (float)(1 / Math.Sqrt(Math.Max(1, spec.FanIn))));
                break;
            case WeightInit.One:
                destination.Fill(1);
                break;
            case WeightInit.Quarter:
                destination.Fill(0.25f);
                break;
            default:
                destination.Clear();
                break;
        }
    }

    private static void Fill(Span<float> destination, ulong state, float bound)
    {
        // Both halves of a number are used.
        int i = 0;
        for (; i < destination.Length - 1; i += 2)
        {
            ulong bits = Mix(state += Golden);
            destination[i] = ToUniform((uint)bits) * bound;
            destination[i + 1] = ToUniform((uint)(bits >> 32)) * bound;
        }

        if (i < destination.Length)
        {
            destination[i] = ToUniform((uint)Mix(state + Golden)) * bound;
        }
    }

    /// <summary>Maps 23 bits to the odd multiples of 2⁻²³ between −1 and 1, all of them exact.</summary>
    private static float ToUniform(uint bits) => (int)((bits >> 8) | 1) * 1.1920929e-7f - 1;

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Hash(string name) => Fnv1a.Add(Fnv1a.Empty, Encoding.UTF8.GetBytes(name));
}
