/** Words of the ways to the internet and of their forms; and of who may call a bot's address. */
import type { Table } from "./table";

export const tunnelForms = {
  "tunnel.providers": { ru: "Способ выйти в интернет", en: "Way to the internet" },
  "tunnel.provider.ngrok": { ru: "ngrok", en: "ngrok" },
  "tunnel.provider.ssh": { ru: "SSH-туннель", en: "SSH tunnel" },
  "tunnel.provider.command": { ru: "Своя программа", en: "Your program" },
  "tunnel.provider.url": { ru: "Свой адрес", en: "Own address" },
  "tunnel.providerHint.ngrok": { ru: "сервис, нужна учётная запись", en: "a service, needs an account" },
  "tunnel.providerHint.ssh": { ru: "свой сервер или бесплатный", en: "own server or a free service" },
  "tunnel.providerHint.command": { ru: "cloudflared, tuna, xtunnel", en: "cloudflared, tuna, xtunnel" },
  "tunnel.providerHint.url": { ru: "сюда уже ведёт прокси", en: "a proxy leads here already" },
  "tunnel.providerLead.ngrok": {
    ru: "Известный сервис с бесплатным тарифом. Из некоторых стран, в том числе из России, подключения не принимает; там работает SSH-туннель.",
    en: "A known service with a free plan. It takes no connections from some countries, Russia among them; an SSH tunnel works there.",
  },
  "tunnel.providerLead.ssh": {
    ru: "Приложение само подключается к серверу по SSH и просит пробросить порт. Больше ничего ставить не нужно.",
    en: "The app connects to a server over SSH by itself and asks it to forward a port. Nothing else has to be installed.",
  },
  "tunnel.providerLead.command": {
    ru: "Запускается программа, которую вы установили; адрес берётся из того, что она печатает. Hookloupe ничего не скачивает.",
    en: "The app starts a program that you have installed and reads the address from what it prints. Hookloupe downloads nothing.",
  },
  "tunnel.providerLead.url": {
    ru: "Обратный прокси, роутер или туннель, запущенный отдельно, ведёт на этот компьютер. Для него открывается отдельный порт; дошёл ли вызов, покажет проверка.",
    en: "A reverse proxy, a router or a tunnel started elsewhere leads to this computer. Only a port for it is opened; the check tells whether it arrives.",
  },
  "tunnel.urlLeadsTo": { ru: "Куда должен вести", en: "Must lead to" },
  "tunnel.urlLeadsTo.help": {
    ru: "Порт открыт, пока туннель включён, и остаётся тем же после перезапуска. Он принимает только адреса ботов: без секрета ответ 404.",
    en: "The port is open while the tunnel is on and stays the same after a restart. It takes only bots' addresses: without the secret the answer is 404.",
  },
  "tunnel.urlLeadsTo.first": {
    ru: "Порт появится здесь, когда вы включите туннель.",
    en: "The port is shown here once the tunnel is on.",
  },
  "tunnel.presets": { ru: "Заполнить для", en: "Presets" },
  "tunnel.presetNote": {
    ru: "Кнопки только заполняют форму.",
    en: "The buttons only fill in the form.",
  },
  "tunnel.preset.own": { ru: "Свой сервер", en: "Own server" },
  "tunnel.preset.own.note": {
    ru: "На сервере перед портом поставьте веб-сервер с TLS, например Caddy, и впишите ниже его адрес.",
    en: "Put a web server with TLS, such as Caddy, before the port on your server, and name its address below.",
  },
  "tunnel.preset.localhostRun": { ru: "localhost.run", en: "localhost.run" },
  "tunnel.preset.localhostRun.note": {
    ru: "Бесплатно, без учётной записи. Адрес меняется каждые несколько часов; приложение предупредит.",
    en: "Free, no account. The name changes after a few hours; the app tells you.",
  },
  "tunnel.preset.pinggy": { ru: "pinggy", en: "pinggy" },
  "tunnel.preset.pinggy.note": {
    ru: "Бесплатно, без учётной записи. Через 60 минут обрывается, адрес станет другим.",
    en: "Free, no account. Ends after 60 minutes and then has another name.",
  },
  "tunnel.preset.cloudflared": { ru: "cloudflared", en: "cloudflared" },
  "tunnel.preset.cloudflared.note": {
    ru: "Быстрый туннель Cloudflare, без учётной записи. В России часто не работает.",
    en: "Cloudflare's quick tunnel, no account. Often does not work in Russia.",
  },
  "tunnel.preset.tuna": { ru: "tuna", en: "tuna" },
  "tunnel.preset.tuna.note": {
    ru: "Российский сервис. Токен сначала сохраните в самой программе.",
    en: "A Russian service. Save its token with the program itself first.",
  },
  "tunnel.preset.xtunnel": { ru: "xtunnel", en: "xtunnel" },
  "tunnel.preset.xtunnel.note": {
    ru: "Российский сервис. Ключ сначала сохраните в самой программе.",
    en: "A Russian service. Save its key with the program itself first.",
  },
  "tunnel.advanced": { ru: "Дополнительно", en: "Advanced" },
  "tunnel.advancedActive": { ru: "действует: {{fields}}", en: "in use: {{fields}}" },
  "tunnel.example": { ru: "Например", en: "For example" },
  "tunnel.optional": { ru: "можно не заполнять", en: "optional" },
  "tunnel.autostart": { ru: "Включать при запуске приложения", en: "Start with the app" },
  "tunnel.autostartHelp": {
    ru: "При запуске включится тот туннель, что был в прошлый раз.",
    en: "Turns on the tunnel of last time when the app starts.",
  },
  "tunnel.sessionSecrets": {
    ru: "Токены и ключи хранятся только в памяти — до закрытия приложения.",
    en: "Tokens and keys last until the app ends: they are kept in memory only.",
  },
  "tunnel.noKeyStore": {
    ru: "В системе нет хранилища ключей, доступного приложению.",
    en: "This system has no key store that the app can use.",
  },

  "tunnel.f.authtoken": { ru: "Токен", en: "Token" },
  "tunnel.f.authtoken.help": {
    ru: "Из панели ngrok, раздел «Your authtoken». Это не API-ключ.",
    en: "From the ngrok dashboard, “Your authtoken”. It is not the API key.",
  },
  "tunnel.f.authtoken.saved": {
    ru: "Сохранён. Чтобы заменить, введите другой.",
    en: "Saved. Type another one to replace it.",
  },
  "tunnel.f.authtoken.savedMark": { ru: "сохранён", en: "saved" },
  "tunnel.f.authtoken.forget": { ru: "Забыть", en: "Forget" },
  "tunnel.f.authtoken.forgotten": { ru: "Токен забыт", en: "The token is forgotten" },
  "tunnel.f.domain": { ru: "Домен", en: "Domain" },
  "tunnel.f.domain.help": {
    ru: "Домен вашей учётной записи, чтобы адрес не менялся. Пусто: ngrok выберет сам, чаще всего домен учётной записи.",
    en: "The domain of your account, so that the address stays the same. Empty: ngrok chooses, most often the account's own.",
  },
  "tunnel.f.server_addr": { ru: "Сервер", en: "Server" },
  "tunnel.f.server_addr.help": {
    ru: "Имя и порт другого сервера вместо сервера ngrok.",
    en: "Another server than ngrok's own, host and port.",
  },
  "tunnel.f.ca_file": { ru: "Сертификаты", en: "Certificates" },
  "tunnel.f.ca_file.help": {
    ru: "Файл PEM. Сертификат сервера должен быть подписан одним из сертификатов этого файла.",
    en: "A PEM file; the server's certificate must be signed by one in it.",
  },
  "tunnel.f.system_certificates": { ru: "Системные сертификаты", en: "System certificates" },
  "tunnel.f.system_certificates.help": {
    ru: "Доверять тем же сертификатам, что и система. Нужно в сетях, где прокси компании вскрывает TLS.",
    en: "Trust what the system trusts. For company networks whose proxy looks into TLS.",
  },
  "tunnel.f.proxy": { ru: "Прокси", en: "Proxy" },
  "tunnel.f.proxy.help": {
    ru: "Подключаться к ngrok через прокси: http, https или socks5, с логином, если он нужен. Хранится как секрет и больше не показывается: при изменении формы впишите снова.",
    en: "Go to ngrok through a proxy: http, https or socks5, with a login where it asks for one. It is kept as a secret and not shown again: type it anew when you change this form.",
  },
  "tunnel.f.host": { ru: "Сервер", en: "Server" },
  "tunnel.f.host.help": { ru: "Имя или IP-адрес SSH-сервера.", en: "Name or IP address of the SSH server." },
  "tunnel.f.port": { ru: "Порт SSH", en: "SSH port" },
  "tunnel.f.port.help": {
    ru: "Чаще всего 22; некоторые сервисы слушают и 443, его пропускают межсетевые экраны.",
    en: "Most often 22; some services also listen at 443, which passes firewalls.",
  },
  "tunnel.f.port.wrong": { ru: "Порт от 1 до 65535.", en: "A port from 1 to 65535." },
  "tunnel.f.user": { ru: "Пользователь", en: "User" },
  "tunnel.f.user.help": { ru: "Под кем входить на сервер.", en: "Who logs in on the server." },
  "tunnel.f.key": { ru: "Ключ", en: "Key" },
  "tunnel.f.key.own": { ru: "Ключ приложения", en: "The app's own" },
  "tunnel.f.key.file": { ru: "Из файла", en: "From a file" },
  "tunnel.f.key.help": {
    ru: "Сервер должен знать открытый ключ: добавьте эту строку в ~/.ssh/authorized_keys пользователя. Бесплатные сервисы принимают любой ключ.",
    en: "The server must know the public half: add the line to ~/.ssh/authorized_keys of the user. Free services take any key.",
  },
  "tunnel.f.key.make": { ru: "Создать ключ", en: "Make a key" },
  "tunnel.f.key.none": {
    ru: "Создастся при первом включении. Нужен серверу заранее — создайте сейчас.",
    en: "Made at the first start. If the server needs it before, make it now.",
  },
  "tunnel.f.key.copy": { ru: "Копировать открытый ключ", en: "Copy the public key" },
  "tunnel.f.key.copied": { ru: "Открытый ключ скопирован", en: "Public key copied" },
  "tunnel.f.key.anew": { ru: "Создать другой", en: "Make another one" },
  "tunnel.f.key.anewSure": {
    ru: "Серверы, которые знают нынешний ключ, откажут новому, пока его там не добавят.",
    en: "Servers that know the present key will refuse the new one until they are told.",
  },
  "tunnel.f.key.anewDo": { ru: "Заменить ключ", en: "Replace the key" },
  "tunnel.f.key.made": { ru: "Новый ключ создан", en: "A new key is made" },
  "tunnel.f.key_file": { ru: "Файл ключа", en: "Key file" },
  "tunnel.f.key_file.help": {
    ru: "Полный путь к закрытому ключу в формате OpenSSH. Читается при каждом включении.",
    en: "The whole path of a private key in OpenSSH's format. It is read at each start.",
  },
  "tunnel.f.passphrase": { ru: "Пароль ключа", en: "Passphrase" },
  "tunnel.f.passphrase.help": {
    ru: "Если файл защищён. Не хранится: вводите при каждом запуске приложения.",
    en: "Where the file is locked. It is not kept: type it at each start of the app.",
  },
  "tunnel.f.public_url": { ru: "Публичный адрес", en: "Public address" },
  "tunnel.f.public_url.help": {
    ru: "Адрес, с которого ваш веб-сервер ведёт на порт; вместо {port} подставится порт, который дал сервер. Пусто: адрес берётся из того, что печатает сервер.",
    en: "The address under which your web server leads to the port; {port} becomes the port that the server gave. Empty: read from what the server prints.",
  },
  "tunnel.f.bind_address": { ru: "Где слушать", en: "Listen at" },
  "tunnel.f.bind_address.help": {
    ru: "На каком адресе слушает сервер. localhost: доступ только программам на самом сервере, например Caddy. Пусто: как решит сервер.",
    en: "Where the server listens. localhost: only programs on the server, such as Caddy. Empty: as the server decides.",
  },
  "tunnel.f.bind_port": { ru: "Порт на сервере", en: "Port on the server" },
  "tunnel.f.bind_port.help": {
    ru: "0: любой свободный. Сервисам нужен 80 или 0.",
    en: "0: any that is free. Services want 80 or 0.",
  },
  "tunnel.f.bind_port.wrong": { ru: "Порт от 0 до 65535.", en: "A port from 0 to 65535." },
  "tunnel.f.url_domain": { ru: "Домен адреса", en: "Domain of the address" },
  "tunnel.f.url_domain.help": {
    ru: "Напечатанный адрес принимается, только если он из этого домена. Пусто: домен сервера.",
    en: "A printed address counts only if it belongs to this domain. Empty: the server's own.",
  },
  "tunnel.f.url_command": { ru: "Команда на сервере", en: "Ask by command" },
  "tunnel.f.url_command.help": {
    ru: "Её сервер выполнит, чтобы напечатать адрес. Пусто: обычная оболочка.",
    en: "What the server is asked to run so that it prints the address. Empty: a shell.",
  },
  "tunnel.f.host_key": { ru: "Отпечаток сервера", en: "Server's fingerprint" },
  "tunnel.f.host_key.help": {
    ru: "Пусто: приложение спросит при первом подключении к серверу и запомнит ответ.",
    en: "Empty: the app asks you when it sees the server for the first time, and remembers the answer.",
  },
  "tunnel.f.line": { ru: "Команда", en: "Command" },
  "tunnel.f.line.help": {
    ru: "Программа и аргументы. Запускается без командной оболочки; аргументы с пробелами берите в кавычки. Вместо {port} подставится порт, на который должен вести туннель.",
    en: "Program and arguments. No shell reads it; put what has spaces in quotes. {port} becomes the port to lead to.",
  },
  "tunnel.f.line.noPort": {
    ru: "В команде нет {port}: программа не узнает, куда вести туннель.",
    en: "There is no {port} in it: the program cannot know where to lead.",
  },
  "tunnel.f.url_pattern": { ru: "Как выглядит адрес", en: "What the address looks like" },
  "tunnel.f.url_pattern.help": {
    ru: "Регулярное выражение для того, что печатает программа. Пусто: первый адрес с https://. Если в выражении есть группа, адресом будет она.",
    en: "A regular expression for what the program prints. Empty: the first https:// address. With a group, the group counts.",
  },
  "tunnel.f.url": { ru: "Адрес", en: "Address" },
  "tunnel.f.url.help": {
    ru: "Полный адрес без секрета; секрет приложение добавит само.",
    en: "The whole address without the secret; the app adds the secret itself.",
  },

  "tunnel.first.label": { ru: "Туннель", en: "Tunnel" },
  "tunnel.first.off": {
    ru: "выключен: адрес виден только этому компьютеру",
    en: "off: only this computer sees the address",
  },
  "tunnel.first.choose": { ru: "Выбрать способ…", en: "Choose a way…" },
  "tunnel.first.settings": { ru: "Настроить…", en: "Set up…" },
  "tunnel.first.last": { ru: "включится {{provider}}, как в прошлый раз", en: "turns on {{provider}}, as last time" },
  "notify.tunnelLost": { ru: "Туннель потерян", en: "The tunnel is lost" },
  "notify.tunnelLostText": {
    ru: "{{provider}}: бот сюда не достучится. Приложение переподключается само.",
    en: "{{provider}}: the bot cannot reach the app. It reconnects by itself.",
  },
  "notify.tunnelFailed": { ru: "Туннель не работает", en: "The tunnel failed" },
  "notify.tunnelChanged": { ru: "Публичный адрес изменился", en: "The public address has changed" },
  "notify.tunnelChangedText": {
    ru: "Вставьте его в «Тестовый webhook»: {{url}}",
    en: "Paste it into Test webhook: {{url}}",
  },
  "settings.notifyTunnel": {
    ru: "Уведомлять, когда туннель потерян или сменил адрес",
    en: "Notify when the tunnel is lost or its address changes",
  },
  "settings.secrets": { ru: "Токены и ключи", en: "Tokens and keys" },
  "settings.secrets.system": { ru: "Хранилище системы", en: "Key store of the system" },
  "settings.secrets.session": { ru: "До закрытия приложения", en: "Until the app closes" },
  "settings.secretsHelp": {
    ru: "Где хранятся токен ngrok, логин прокси и ключ SSH. В файлы приложения они не попадают.",
    en: "Where ngrok's token, the proxy's login and the SSH key are kept. Never in the app's files.",
  },
  "settings.secretsAgain": { ru: "Попробовать снова", en: "Try again" },
  "settings.secretsStill": {
    ru: "Хранилище ключей по-прежнему недоступно",
    en: "The key store still cannot be used",
  },
  "settings.secretsNone": {
    ru: "В системе нет хранилища ключей, доступного приложению: секреты живут до его закрытия.",
    en: "This system has no key store that the app can use: secrets last until the app ends.",
  },

  "access.title": { ru: "Кому открыт адрес", en: "Who may use the address" },
  "access.open": { ru: "любому, у кого есть адрес", en: "anyone with the address" },
  "access.closed": { ru: "никому, адрес закрыт", en: "nobody, the address is closed" },
  "access.closed.help": {
    ru: "Сохранённые правила доступа не удалось прочитать, и на каждый запрос приложение отвечает 403. Задайте доступ заново и сохраните: адрес откроется.",
    en: "The stored rules could not be read, so every request gets 403. Set the access anew and save it: the address opens.",
  },
  "access.some": { ru: "ограничено: {{what}}", en: "limited: {{what}}" },
  "access.login": { ru: "Логин", en: "Login" },
  "access.login.help": {
    ru: "HTTP Basic. Бот должен присылать его с каждым запросом.",
    en: "HTTP Basic. The bot must send it with every request.",
  },
  "access.user": { ru: "Пользователь", en: "User" },
  "access.password": { ru: "Пароль", en: "Password" },
  "access.passwordKept": { ru: "сохранён, не показан", en: "kept, not shown" },
  "access.addresses": { ru: "Откуда пускать", en: "Callers" },
  "access.addresses.help": {
    ru: "IP-адреса и сети через запятую или с новой строки. Откуда пришёл запрос, известно только через ngrok и SSH: через свою программу и свой адрес все приходят с 127.0.0.1.",
    en: "IP addresses and networks, separated by commas or lines. Callers' addresses are known only through ngrok and SSH: behind an own program or address everybody comes from 127.0.0.1.",
  },
  "access.methods": { ru: "Методы", en: "Methods" },
  "access.methods.help": { ru: "Пусто: любые. Боты шлют POST.", en: "Empty: all. Bots use POST." },
  "access.save": { ru: "Сохранить", en: "Save" },
  "access.saved": { ru: "Правила бота «{{name}}» сохранены", en: "The rules of “{{name}}” are saved" },
  "access.clear": { ru: "Пускать всех", en: "Let anyone in" },
  "access.what.login": { ru: "логин", en: "login" },
  "access.what.addresses": { ru: "адреса", en: "callers" },
  "access.what.methods": { ru: "методы", en: "methods" },
  "access.old": { ru: "Старые адреса", en: "Old addresses" },
  "access.old.help": {
    ru: "Они никуда не ведут. Если запросы идут до сих пор, у кого-то остался старый адрес.",
    en: "They lead nowhere. Requests that still come to them were sent by somebody who has the old address.",
  },
  "access.old.until": { ru: "до {{time}}", en: "until {{time}}" },
  "access.old.requests": {
    ru: {
      one: "с запуска на него пришёл {{value}} запрос",
      few: "с запуска на него пришло {{value}} запроса",
      many: "с запуска на него пришло {{value}} запросов",
      other: "с запуска на него пришло {{value}} запроса",
    },
    en: {
      one: "{{value}} request came to it since, in this run",
      other: "{{value}} requests came to it since, in this run",
    },
  },
  "access.old.quiet": { ru: "с запуска тихо", en: "quiet in this run" },
} as const satisfies Table;
