using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>Which layers consume which results.</summary>
internal sealed class LayerUses
{
    /// <summary>The consumers of the network's inputs, the last one first, and then of each layer.</summary>
    private readonly List<int>[] consumers;
    private readonly int inputs;

    private LayerUses(List<int>[] consumers, int inputs)
    {
        this.consumers = consumers;
        this.inputs = inputs;
    }

    /// <summary>Finds the consumers of every result.</summary>
    public static LayerUses Of(Graph graph)
    {
        List<int>[] consumers = [.. Enumerable.Range(0, graph.Inputs.Count + graph.Layers.Count).Select(_ => new List<int>())];
        for (int layer = 0; layer < graph.Layers.Count; layer++)
        {
            foreach (int source in graph.Layers[layer].Sources)
            {
                List<int> ofSource = consumers[source + graph.Inputs.Count];
                if (!ofSource.Contains(layer))
                {
                    ofSource.Add(layer);
                }
            }
        }

        return new LayerUses(consumers, graph.Inputs.Count);
    }

    /// <summary>The layers that consume a result, each once, in the graph's order; −1 is the network's first input.</summary>
    public IReadOnlyList<int> ConsumersOf(int layer) => consumers[layer + inputs];
}
