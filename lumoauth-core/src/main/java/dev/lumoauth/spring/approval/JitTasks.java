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

package dev.lumoauth.spring.approval;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.client.LumoAuthClient;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Completes tasks at LumoAuth. A task that can't be completed is not a failure of the
 * call, since tasks expire.
 */
final class JitTasks {

	private static final Log logger = LogFactory.getLog(JitTasks.class);

	private JitTasks() {
	}

	static void complete(LumoAuthClient client, @Nullable String task) {
		if (task == null) {
			return;
		}
		try {
			client.completeTask(task);
		}
		catch (LumoAuthException | IllegalArgumentException ex) {
			logger.debug("The task " + task + " was not completed at LumoAuth", ex);
		}
	}

}
