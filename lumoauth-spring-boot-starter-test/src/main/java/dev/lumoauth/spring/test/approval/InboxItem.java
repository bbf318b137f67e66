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

package dev.lumoauth.spring.test.approval;

import java.util.List;
import java.util.Map;

/**
 * A pending request in the dev server's inbox.
 *
 * @param id the request's id
 * @param tool the tool or method to be called
 * @since 0.1.0
 */
public record InboxItem(String id, String tool) {

	/**
	 * Read the inbox.
	 * @param inbox the server's answer
	 * @return the undecided requests
	 */
	public static List<InboxItem> waiting(Map<String, Object> inbox) {
		return (inbox.get("requests") instanceof List<?> requests) ? requests.stream()
			.filter((request) -> request instanceof Map<?, ?> fields && "pending".equals(fields.get("status")))
			.map((request) -> of((Map<?, ?>) request))
			.toList() : List.of();
	}

	/**
	 * The tool is the {@code identifier} of authorization details (RFC 9396), or the
	 * {@code tool} of a push approval.
	 */
	private static InboxItem of(Map<?, ?> request) {
		Object tool = null;
		if (request.get("details") instanceof Map<?, ?> details) {
			tool = (details.get("identifier") != null) ? details.get("identifier") : details.get("tool");
		}
		return new InboxItem(String.valueOf(request.get("id")), String.valueOf(tool));
	}

	/**
	 * Return whether a request is meant by its id, or by the name of its tool.
	 * @param request the id or the name
	 * @return whether it is meant
	 */
	public boolean is(String request) {
		return ToolName.of(this.tool).is(request) || this.id.equals(request);
	}

	@Override
	public String toString() {
		return "'" + this.tool + "' (" + this.id + ")";
	}

}
