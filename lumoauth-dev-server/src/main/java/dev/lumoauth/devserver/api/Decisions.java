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

import java.util.Map;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;

import dev.lumoauth.devserver.web.RequestLog;

/**
 * The log text of a decision.
 */
final class Decisions {

	private Decisions() {
	}

	/**
	 * Notes the decisions about capabilities, each denial with its reason.
	 */
	static void note(HttpServletRequest request, Caller caller, Subject about, Map<String, Boolean> decisions) {
		note(request, caller, about,
				decisions.entrySet()
					.stream()
					.map((decision) -> decision.getValue() ? words(decision.getKey(), true)
							: "%s, because %s".formatted(words(decision.getKey(), false),
									caller.whyNot(about, decision.getKey())))
					.collect(Collectors.joining("; ")));
	}

	static void note(HttpServletRequest request, Caller caller, Subject about, String what, boolean allowed) {
		note(request, caller, about, words(what, allowed));
	}

	private static void note(HttpServletRequest request, Caller caller, Subject about, String decisions) {
		String who = about.isSame(caller.subject()) ? caller.toString() : caller + " about " + about.id();
		RequestLog.note(request, who + ": " + decisions);
	}

	private static String words(String what, boolean allowed) {
		return "'%s' %s".formatted(what, allowed ? "allowed" : "denied");
	}

}
