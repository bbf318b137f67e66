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

package dev.lumoauth.spring.test;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Detects when an application context has started; for an application of Spring Boot,
 * when its runners have run as well.
 */
final class ContextStart implements ApplicationListener<ApplicationEvent> {

	private final ConfigurableApplicationContext context;

	private final Runnable over;

	private ContextStart(ConfigurableApplicationContext context, Runnable over) {
		this.context = context;
		this.over = over;
	}

	/**
	 * Register an action for the time when a context has started, on the thread that
	 * starts it.
	 * @param context the context, which is not refreshed yet
	 * @param over the action
	 */
	static void whenOver(ConfigurableApplicationContext context, Runnable over) {
		context.addApplicationListener(new ContextStart(context, over));
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		boolean ready = event instanceof ApplicationReadyEvent application
				&& application.getApplicationContext() == this.context;
		boolean refreshed = event instanceof ContextRefreshedEvent context
				&& context.getApplicationContext() == this.context
				&& this.context.getBeanNamesForType(ApplicationArguments.class, false, false).length == 0;
		if (ready || refreshed) {
			this.over.run();
		}
	}

}
