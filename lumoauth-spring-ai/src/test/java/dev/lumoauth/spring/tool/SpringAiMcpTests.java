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

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.aop.framework.ProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SpringAiMcp}.
 */
class SpringAiMcpTests {

	@Test
	void knowsSpringAisOwnProviderBehindAProxyToo() {
		SyncMcpToolCallbackProvider provider = SyncMcpToolCallbackProvider.builder().mcpClients(List.of()).build();
		ProxyFactory factory = new ProxyFactory(provider);
		factory.setProxyTargetClass(true);
		assertThat(SpringAiMcp.isProvider(provider)).isTrue();
		assertThat(SpringAiMcp.isProvider((ToolCallbackProvider) factory.getProxy())).isTrue();
	}

	@Test
	@SuppressWarnings("deprecation") // no other constructor can be inherited
	void takesNoOtherOneForAProviderOfRemoteToolsOnly() {
		SyncMcpToolCallbackProvider own = new SyncMcpToolCallbackProvider(List.of()) {

			@Override
			public ToolCallback[] getToolCallbacks() {
				return new ToolCallback[] { ShapedTools.plain("own") };
			}

		};
		assertThat(SpringAiMcp.isProvider(own)).isFalse();
		assertThat(SpringAiMcp.isProvider(ToolCallbackProvider.from(List.of()))).isFalse();
	}

}
