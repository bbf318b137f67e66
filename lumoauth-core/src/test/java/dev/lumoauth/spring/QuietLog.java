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

package dev.lumoauth.spring;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import net.jqwik.api.lifecycle.AfterContainerHook;
import net.jqwik.api.lifecycle.BeforeContainerHook;
import net.jqwik.api.lifecycle.ContainerLifecycleContext;
import org.slf4j.LoggerFactory;

/**
 * Keeps thousands of bad answers from filling the log.
 */
public final class QuietLog implements BeforeContainerHook, AfterContainerHook {

	private final Logger logger = (Logger) LoggerFactory.getLogger("dev.lumoauth.spring");

	@Override
	public void beforeContainer(ContainerLifecycleContext context) {
		this.logger.setLevel(Level.OFF);
	}

	@Override
	public void afterContainer(ContainerLifecycleContext context) {
		this.logger.setLevel(null);
	}

}
