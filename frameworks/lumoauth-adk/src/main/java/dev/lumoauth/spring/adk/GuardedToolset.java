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

package dev.lumoauth.spring.adk;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import com.google.adk.agents.ReadonlyContext;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import io.reactivex.rxjava3.core.Flowable;
import org.jspecify.annotations.Nullable;

/**
 * Tools and toolsets, each of whose tools is guarded where it needs that.
 *
 * @param all the tools and toolsets
 * @param guard puts the guard around a tool that needs one
 */
record GuardedToolset(List<Object> all, Function<BaseTool, @Nullable GuardedTool> guard) implements BaseToolset {

	/**
	 * {@inheritDoc}
	 * <p>
	 * Whatever has to be asked about these tools is asked in one request.
	 */
	@Override
	public Flowable<BaseTool> getTools(ReadonlyContext readonlyContext) {
		return Flowable.fromIterable(this.all)
			.concatMap((each) -> (each instanceof BaseToolset toolset) ? toolset.getTools(readonlyContext)
					: Flowable.just((BaseTool) each))
			.map((tool) -> Objects.requireNonNullElse(this.guard.apply(tool), tool))
			.toList()
			.doOnSuccess((tools) -> OfferedTools.hidden(tools, this.guard))
			.flattenAsFlowable((tools) -> tools);
	}

	@Override
	public void close() throws Exception {
		for (Object each : this.all) {
			if (each instanceof BaseToolset toolset) {
				toolset.close();
			}
		}
	}

}
