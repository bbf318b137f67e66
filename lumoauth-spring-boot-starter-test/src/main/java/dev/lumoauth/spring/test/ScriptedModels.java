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

import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * The scripted models of an application, if it has Spring AI at all.
 */
final class ScriptedModels {

	private ScriptedModels() {
	}

	static void reset(ApplicationContext context) {
		if (ClassUtils.isPresent("org.springframework.ai.chat.model.ChatModel", context.getClassLoader())) {
			Reset.all(context);
		}
	}

	/**
	 * A separate class, which can't be loaded without Spring AI.
	 */
	private static final class Reset {

		private static void all(ApplicationContext context) {
			context.getBeanProvider(ScriptedChatModel.class).forEach(ScriptedChatModel::reset);
		}

	}

}
