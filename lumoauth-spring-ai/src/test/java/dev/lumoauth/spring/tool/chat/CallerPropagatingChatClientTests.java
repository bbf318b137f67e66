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

import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link CallerPropagatingChatClient}.
 */
class CallerPropagatingChatClientTests {

	private final ChatClient client = ChatClient.create(mock(ChatModel.class));

	@Test
	void followsSpringAisOwnWithAnAspectToo() {
		ProxyFactory factory = new ProxyFactory(this.client);
		factory.setProxyTargetClass(true);
		assertThat(CallerPropagatingChatClient.isOwn(this.client)).isTrue();
		assertThat(CallerPropagatingChatClient.isOwn(ChatClient.builder(mock(ChatModel.class)))).isTrue();
		assertThat(CallerPropagatingChatClient.isOwn(factory.getProxy())).isTrue();
	}

	@Test
	void leavesTestDoublesAndWhatItFollowsAlreadyAlone() {
		assertThat(CallerPropagatingChatClient.isOwn(mock(ChatClient.class))).isFalse();
		assertThat(CallerPropagatingChatClient.isOwn(mock(ChatClient.Builder.class))).isFalse();
		assertThat(CallerPropagatingChatClient.isOwn(CallerPropagatingChatClient.of(this.client))).isFalse();
	}

}
