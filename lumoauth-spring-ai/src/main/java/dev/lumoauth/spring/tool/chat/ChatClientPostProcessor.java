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

import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Ensures that a streaming chat knows who started it, and that every chat client bean is
 * guarded: a client that the application creates with
 * {@code ChatClient.builder(chatModel)} or {@code ChatClient.create(chatModel)} has none
 * of the advisors that the auto-configured builder has.
 *
 * @param guarding adds the guard's advisors to a builder; returns {@code false} if the
 * builder had them
 */
record ChatClientPostProcessor(Predicate<ChatClient.Builder> guarding) implements BeanPostProcessor, Ordered {

	private static final Log logger = LogFactory.getLog(ChatClientPostProcessor.class);

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return CallerPropagatingChatClient.isOwn(bean) ? CallerPropagatingChatClient.of(guarded(bean, beanName)) : bean;
	}

	private Object guarded(Object bean, String beanName) {
		ChatClient.Builder builder = (bean instanceof ChatClient client) ? client.mutate() : (ChatClient.Builder) bean;
		if (!this.guarding.test(builder)) {
			return bean;
		}
		logger.info("Bean '" + beanName + "' is a chat client that was made by hand: the guard around tools was added "
				+ "to it. Inject ChatClient.Builder to make one that has it, the budget and the observations.");
		return (bean instanceof ChatClient) ? builder.build() : bean;
	}

	/**
	 * Last, so that other post-processors see what Spring AI made.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
