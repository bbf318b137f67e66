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

package dev.lumoauth.spring.tool;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link McpSpecifications}.
 */
class McpSpecificationsTests {

	private static final GuardTerms READ = new GuardTerms(CapabilityRequirement.of("read:documents"), false);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anAsynchronousToolMayWaitWhetherOrNotTheAnswerIsKnown(boolean known) {
		FakeDecisions decisions = new FakeDecisions() {

			@Override
			public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
				return known ? CapabilityDecision.ALLOW : null;
			}

		}.grant("read:documents");
		AtomicReference<Boolean> mayWait = new AtomicReference<>();
		AsyncToolSpecification tool = new AsyncToolSpecification(
				McpSchema.Tool.builder("read", Map.of("type", "object")).build(), (exchange, request) -> {
					mayWait.set(!Schedulers.isInNonBlockingThread());
					return Mono.just(CallToolResult.builder().addTextContent("read").build());
				});
		AsyncToolSpecification guarded = (AsyncToolSpecification) new McpSpecifications(TestGuards.of(decisions), READ)
			.guarded(tool);
		CallToolResult answer = Mono
			.defer(() -> guarded.callHandler().apply(mock(), McpSchema.CallToolRequest.builder("read").build()))
			.subscribeOn(Schedulers.parallel())
			.block(Duration.ofSeconds(10));
		assertThat(answer.content().toString()).contains("read");
		assertThat(mayWait).hasValue(true);
	}

}
