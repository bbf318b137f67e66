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

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;

/**
 * {@code authz/v1/evaluation}: AuthZEN Authorization API 1.0. LumoAuth's documents don't
 * say which capability an action on a resource needs. Here it is the action, if the
 * action is a whole name such as {@code read:documents}. Otherwise it is the action
 * together with the type of the resource: {@code read:documents} or
 * {@code documents.read}.
 */
@RestController
@RequestMapping({ ApiPaths.AUTHZ, ApiPaths.TENANT_AUTHZ })
class AuthZenController {

	@PostMapping("/v1/evaluation")
	Map<String, Object> evaluate(Caller caller, @RequestBody(required = false) @Nullable Evaluation evaluation,
			HttpServletRequest request) {
		if (evaluation == null) {
			throw missing("the body is missing");
		}
		Subject subject = AskedSubject.of(caller, evaluation.subject());
		String action = (evaluation.action() != null) ? evaluation.action().name() : null;
		if (action == null || action.isBlank()) {
			throw missing("'action' needs 'name'");
		}
		AskedSubject.Name resource = evaluation.resource();
		if (resource == null || !StringUtils.hasText(resource.type()) || !StringUtils.hasText(resource.id())) {
			throw missing("'resource' needs 'type' and 'id'");
		}
		boolean decision = decide(caller, subject, action, resource.type());
		caller.spendACall();
		Decisions.note(request, caller, subject, action + " " + resource.type(), decision);
		return Map.of("decision", decision);
	}

	private static boolean decide(Caller caller, Subject subject, String action, String type) {
		if (action.contains(":") || action.contains(".")) {
			return caller.decide(subject, action);
		}
		return caller.decide(subject, action + ":" + type) || caller.decide(subject, type + "." + action);
	}

	private static ApiException missing(String text) {
		return ApiException.authz(HttpStatus.BAD_REQUEST, "MISSING_FIELDS", text);
	}

	record Evaluation(AskedSubject.@Nullable Name subject, @Nullable Action action,
			AskedSubject.@Nullable Name resource) {

	}

	record Action(@Nullable String name) {

	}

}
