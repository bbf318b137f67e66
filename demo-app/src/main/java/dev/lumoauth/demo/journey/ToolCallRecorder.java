/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.demo.journey;

import java.util.List;
import java.util.function.BiFunction;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.ai.tool.observation.ToolCallingObservationContext;

/**
 * Records what each tool returns to the model, and for a tool of an MCP server, the token
 * of the call.
 */
class ToolCallRecorder implements ObservationHandler<ToolCallingObservationContext> {

	private final JourneyRecorder recorder;

	private final BiFunction<String, String, List<Step>> exchanges;

	/**
	 * Create it.
	 * @param recorder collects the steps
	 * @param exchanges finds the token of a tool's call, by the tool's name and result
	 */
	ToolCallRecorder(JourneyRecorder recorder, BiFunction<String, String, List<Step>> exchanges) {
		this.recorder = recorder;
		this.exchanges = exchanges;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ToolCallingObservationContext;
	}

	@Override
	public void onStart(ToolCallingObservationContext context) {
		String tool = context.getToolDefinition().name();
		this.recorder.running(tool);
		context.put(JourneyRecorder.Place.class, this.recorder.begin("Running " + tool, false));
	}

	@Override
	public void onStop(ToolCallingObservationContext context) {
		String result = context.getToolCallResult();
		if (result != null) {
			String tool = context.getToolDefinition().name();
			this.exchanges.apply(tool, result).forEach(this.recorder::add);
			this.recorder.add(new Step.ToolResult(tool, result));
		}
		JourneyRecorder.Place place = context.get(JourneyRecorder.Place.class);
		if (place != null) {
			place.end(null);
		}
	}

}
