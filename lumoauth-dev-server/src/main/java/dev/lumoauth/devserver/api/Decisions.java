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

package dev.lumoauth.devserver.api;

import jakarta.servlet.http.HttpServletRequest;

import dev.lumoauth.devserver.web.RequestLog;

/**
 * The log text of a decision.
 */
final class Decisions {

	private Decisions() {
	}

	static void note(HttpServletRequest request, Caller caller, Subject about, String capability, boolean allowed) {
		note(request, caller, about, "'%s' %s".formatted(capability, allowed ? "allowed" : "denied"));
	}

	static void note(HttpServletRequest request, Caller caller, Subject about, String decision) {
		String who = about.isSame(caller.subject()) ? caller.toString() : caller + " about " + about.id();
		RequestLog.note(request, who + ": " + decision);
	}

}
