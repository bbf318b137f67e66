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

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.tool.BeanReplacement;
import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.tool.ToolGuard;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionExceptionProcessor;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Puts the guard around the beans with which Spring AI runs tools, and the watch around
 * chat models that don't ask a guarded manager for the tools to offer.
 */
final class ToolCallingPostProcessor implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(ToolCallingPostProcessor.class);

	private final Supplier<ToolGuard> guard;

	private final Function<String, @Nullable ToolCallback> fallback;

	private final WatchedModels models;

	/**
	 * Create the post-processor.
	 * @param guard the guard
	 * @param fallback finds a tool by a name that a request does not offer, if the
	 * application allows that
	 * @param application the known facts about the application
	 */
	ToolCallingPostProcessor(Supplier<ToolGuard> guard, Function<String, @Nullable ToolCallback> fallback,
			GuardedModels application) {
		this.guard = guard;
		this.fallback = fallback;
		this.models = new WatchedModels(application);
	}

	/**
	 * {@inheritDoc}
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if a chat model would
	 * bypass the guard
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ToolCallingManager manager) {
			List<String> unknown = ManagerMethods.unknown();
			if (!unknown.isEmpty()) {
				logger.warn("This version of Spring AI was not tried: its ToolCallingManager has " + unknown
						+ ", which LumoAuth's guard does not know. They are refused.");
			}
			return BeanReplacement.of(manager,
					ManagerMethods.refusing(new GuardedToolCallingManager(manager,
							this.guard.get().in(GuardLayer.TOOL_CALLING_MANAGER), this.fallback)),
					ManagerMethods::requireGuarded);
		}
		if (bean instanceof ToolCallbackResolver resolver) {
			return BeanReplacement.of(resolver, guarded(resolver));
		}
		if (bean instanceof ToolExecutionExceptionProcessor processor) {
			return BeanReplacement.of(processor, safe(processor));
		}
		return (bean instanceof ChatModel model) ? this.models.watch(model, beanName, this.guard) : bean;
	}

	/**
	 * A tool that a resolver finds by its name need not be a bean.
	 */
	private ToolCallbackResolver guarded(ToolCallbackResolver resolver) {
		return (name) -> {
			ToolCallback tool = resolver.resolve(name);
			return (tool != null) ? this.guard.get().in(GuardLayer.TOOL_CALLING_MANAGER).guard(tool) : null;
		};
	}

	/**
	 * The text of this library's exceptions is for people: it names addresses and
	 * properties. A model reads that authorization is unavailable.
	 */
	private ToolExecutionExceptionProcessor safe(ToolExecutionExceptionProcessor processor) {
		return (failure) -> {
			String text = new OfferGuard(this.guard.get()).translate(failure);
			return (text != null) ? text : processor.process(failure);
		};
	}

}
