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
package dev.lumoauth.spring.tool.chat;

import java.lang.ref.WeakReference;

import dev.lumoauth.spring.tool.FakeDecisions;
import dev.lumoauth.spring.tool.TestGuards;
import dev.lumoauth.spring.tool.ToolGuard;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * A chat client gets the guard's advisors once.
 */
class GuardingAdvisorsTests {

	private final ToolGuard guard = TestGuards.of(new FakeDecisions());

	private final ChatClient.Builder builder = ChatClient.builder(mock(ChatModel.class));

	@Test
	void aBuilderKeepsThemThroughAnyGarbageCollection() {
		assertThat(GuardingAdvisor.addTo(this.builder, this.guard, 0)).isTrue();
		collectGarbage();
		assertThat(GuardingAdvisor.addTo(this.builder, this.guard, 0)).isFalse();
	}

	@Test
	void aClientThatWasBuiltWithThemHasThem() {
		GuardingAdvisor.addTo(this.builder, this.guard, 0);
		assertThat(GuardingAdvisor.addTo(this.builder.build().mutate(), this.guard, 0)).isFalse();
		assertThat(GuardingAdvisor.addTo(this.builder.clone(), this.guard, 0)).isFalse();
	}

	@Test
	void anotherAgentsAdvisorsAreNoReasonToLeaveThemOut() {
		GuardingAdvisor.addTo(this.builder, TestGuards.of(new FakeDecisions()), 0);
		assertThat(GuardingAdvisor.addTo(this.builder, this.guard, 0)).isTrue();
	}

	/**
	 * Each weak reference that is older than the one here, and whose object nobody holds,
	 * is cleared with it.
	 */
	static void collectGarbage() {
		WeakReference<Object> collected = new WeakReference<>(new Object());
		for (long end = System.nanoTime() + 60_000_000_000L; !collected.refersTo(null) && System.nanoTime() < end;) {
			System.gc();
		}
		assertThat(collected.refersTo(null)).isTrue();
	}

}
