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
import java.util.function.Supplier;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Provides the function beans that require a capability or act for the user as tools. A
 * {@code Function}, {@code BiFunction} (whose second argument is the
 * {@code ToolContext}), {@code Supplier} or {@code Consumer} bean is included if its
 * {@code @Bean} method or its class has
 * {@link dev.lumoauth.spring.capability.RequiresCapability @RequiresCapability} or
 * {@link dev.lumoauth.spring.user.OnBehalfOfUser @OnBehalfOfUser}. The tool has the
 * bean's name and its
 * {@link org.springframework.context.annotation.Description @Description}.
 *
 * <pre class="code">
 * &#064;Bean
 * &#064;Description("Looks up an order by its number")
 * &#064;RequiresCapability("read:orders")
 * Function&lt;OrderQuery, Order&gt; lookupOrder(Orders orders) { ... }
 *
 * chatClient.prompt(question).tools(functionTools).call().content();
 * </pre>
 *
 * @since 0.1.0
 */
public final class LumoAuthFunctionTools implements ToolCallbackProvider {

	private final Supplier<List<ToolCallback>> tools;

	/**
	 * Find the function beans when their tools are first asked for.
	 * @param beanFactory the bean factory to search
	 * @param guard the guard
	 */
	public LumoAuthFunctionTools(ConfigurableListableBeanFactory beanFactory, ToolGuard guard) {
		this.tools = SingletonSupplier.of(() -> new FunctionBeans(beanFactory, guard).tools());
	}

	@Override
	public ToolCallback[] getToolCallbacks() {
		return this.tools.get().toArray(ToolCallback[]::new);
	}

}
