using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using NetGen.Runtime;

namespace NetGen;

/// <summary>
/// Calls of a network that follow one another: what its states are in a call is what layers gave in the call before. Any number of
/// sessions share a network and its weights; each is for one thread at a time, and takes memory for its inputs and outputs alone.
/// </summary>
public abstract class NetworkSession
{
    private readonly NetworkEngine engine;
    private readonly State[] states;
    private readonly float[] inputs;
    private readonly float[] outputs;

    /// <summary>Starts with states of zeros.</summary>
    /// <param name="info">The layer table.</param>
    /// <param name="engine">Computes the network.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected NetworkSession(NetworkInfo info, NetworkEngine engine)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(engine);
        this.engine = engine;
        inputs = new float[info.Input.Length];
        outputs = new float[info.Output.Length];
        var found = new List<State>();
        int start = 0;
        foreach (InputInfo input in info.Inputs)
        {
            if (input.Next is { } next)
            {
                found.Add(new State(input.Name, start, info.Outputs.TakeWhile(o => o != next).Sum(o => info[o].Output.Length), input.Shape.Length));
            }

            start += input.Shape.Length;
        }

        states = [.. found];
    }

    /// <summary>Where a state lies.</summary>
    private readonly record struct State(string Name, int Input, int Output, int Length);

    /// <summary>The names of the states.</summary>
    public IEnumerable<string> StateNames => states.Select(s => s.Name);

    /// <summary>All inputs, states included, one after the other.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected Span<float> Inputs => inputs;

    /// <summary>All outputs, one after the other.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected ReadOnlySpan<float> Outputs => outputs;

    /// <summary>What a state is in the next call: to be read, kept, or written.</summary>
    /// <param name="name">The state's name.</param>
    /// <exception cref="KeyNotFoundException">The network has no state of that name.</exception>
    public Span<float> GetState(string name)
    {
        foreach (State state in states)
        {
            if (state.Name == name)
            {
                return inputs.AsSpan(state.Input, state.Length);
            }
        }

        throw new KeyNotFoundException($"The network has no state \"{name}\", but {string.Join(", ", StateNames)}.");
    }

    /// <summary>Starts anew: all states become zeros.</summary>
    public void Reset()
    {
        foreach (State state in states)
        {
            inputs.AsSpan(state.Input, state.Length).Clear();
        }
    }

    /// <summary>Computes <see cref="Outputs"/> from <see cref="Inputs"/>, and moves the states on.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void Run()
    {
        engine.Forward(inputs, outputs);
        foreach (ref readonly State state in states.AsSpan())
        {
            outputs.AsSpan(state.Output, state.Length).CopyTo(inputs.AsSpan(state.Input, state.Length));
        }
    }
}
