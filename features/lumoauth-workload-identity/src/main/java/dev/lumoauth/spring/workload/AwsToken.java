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

package dev.lumoauth.spring.workload;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Origin;

/**
 * A token that AWS STS issues to a role (STS API Reference, {@code GetWebIdentityToken};
 * IAM User Guide, "outbound identity federation"). The role's credentials are those of
 * EKS' pod identity agent, or of an ECS task (SDKs and Tools Reference Guide, "Container
 * credential provider").
 */
final class AwsToken implements PlatformTokenSource {

	private static final String FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

	private static final Set<String> AGENTS = Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

	private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d{1,2}");

	private static final String ADVICE = "Enable outbound identity federation in the account, and allow the role "
			+ "sts:GetWebIdentityToken for the audience of ";

	private final TokenServer agent;

	private final TokenServer sts;

	private final PlatformTokens.Settings settings;

	private final Function<String, URI> addresses;

	private final Clock clock;

	AwsToken(PlatformTokens.Settings settings, Function<String, URI> addresses, Clock clock) {
		this.agent = TokenServer.local(settings);
		this.sts = TokenServer.remote(settings);
		this.settings = settings;
		this.addresses = addresses;
		this.clock = clock;
	}

	/** Return where STS is in a region; the global endpoint doesn't have this action. */
	static URI regional(String region) {
		return URI.create("https://sts." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : "") + "/");
	}

	@Override
	public String token() {
		String audience = this.settings.audienceToAskFor("AWS");
		String region = region();
		Map<String, Object> credentials = this.agent.get(credentialsAddress(), authorization())
			.json("Associate a role with the pod's service account or the task");
		byte[] body = ("Action=GetWebIdentityToken&Version=2011-06-15&SigningAlgorithm=RS256&DurationSeconds=300"
				+ "&Audience.member.1=" + URLEncoder.encode(audience, StandardCharsets.UTF_8))
			.getBytes(StandardCharsets.UTF_8);
		URI address = this.addresses.apply(region);
		TokenServer.Answer answer = this.sts.send(HttpMethod.POST, address,
				signed(address, new AwsSignature(region, "sts", this.clock.instant()), credentials, body), body);
		if (answer.status() != 200) {
			String code = element(answer, "Code");
			throw answer.refused((code != null) ? code : "", ADVICE + this.settings.property("audience"));
		}
		return CompactJwt.of(element(answer, "WebIdentityToken"), "What " + answer.place() + " answered");
	}

	private static Map<String, String> signed(URI address, AwsSignature signature, Map<String, Object> credentials,
			byte[] body) {
		SortedMap<String, String> headers = new TreeMap<>();
		headers.put("content-type", "application/x-www-form-urlencoded");
		headers.put("host", address.getHost() + ((address.getPort() >= 0) ? ":" + address.getPort() : ""));
		headers.put("x-amz-date", signature.date());
		headers.put("x-amz-security-token", text(credentials, "Token"));
		String authorization = signature.authorization(text(credentials, "AccessKeyId"),
				text(credentials, "SecretAccessKey"), headers, body);
		headers.put("authorization", authorization);
		headers.remove("host");
		return headers;
	}

	private static String text(Map<String, Object> credentials, String name) {
		if (credentials.get(name) instanceof String text && !text.isBlank()) {
			return text;
		}
		throw new LumoAuthUnavailableException("The container's AWS credentials have no '" + name + "'", null);
	}

	private String region() {
		String region = this.settings.variable("AWS_REGION");
		region = (region != null) ? region : this.settings.variable("AWS_DEFAULT_REGION");
		if (region == null || !REGION.matcher(region).matches()) {
			throw new LumoAuthUnavailableException("The environment variable 'AWS_REGION' names no region, and only "
					+ "regional endpoints of AWS STS issue tokens. Set it, to us-east-1 for example", null);
		}
		return region;
	}

	private URI credentialsAddress() {
		String relative = this.settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
		String full = (relative != null) ? "http://169.254.170.2" + relative : this.settings.variable(FULL_URI);
		if (full == null) {
			throw new LumoAuthUnavailableException("None of the environment variables 'AWS_WEB_IDENTITY_TOKEN_FILE', '"
					+ FULL_URI + "' and 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' is set, so there is no AWS "
					+ "identity to get a token for. Associate a role with the pod's service account or the task; on "
					+ "EC2 and Lambda write the token to a file, and set " + this.settings.property("token-file"),
					null);
		}
		return LocalAddress.of((relative != null) ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" : FULL_URI, full,
				(host) -> AGENTS.contains(host) || Origin.isLoopback(host),
				"http at 169.254.170.23, [fd00:ec2::23], 169.254.170.2 or on this machine");
	}

	private Map<String, String> authorization() {
		String file = this.settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
		String token = this.settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
		if (file != null) {
			try {
				token = Files.readString(Path.of(file)).strip();
			}
			catch (IOException | IllegalArgumentException ex) {
				throw new LumoAuthUnavailableException("The file '" + file
						+ "' of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE can't be read. EKS' pod identity mounts it", ex);
			}
		}
		return (token != null) ? Map.of("Authorization", token) : Map.of();
	}

	/** Return the text of the first element with a name. No document type is read. */
	private static @Nullable String element(TokenServer.Answer answer, String name) {
		XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
		factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
		factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
		try {
			XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(answer.body()));
			while (reader.hasNext()) {
				if (reader.next() == XMLStreamConstants.START_ELEMENT && reader.getLocalName().equals(name)) {
					return reader.getElementText();
				}
			}
			return null;
		}
		catch (XMLStreamException ex) {
			return null;
		}
	}

}
