/**
 * The passwords that people choose most, as far as they are long enough to be chosen here: what every list of guesses
 * begins with. NIST SP 800-63B §3.1.1.2.
 *
 * A short list on purpose: attempts are limited, so it is the first few hundred guesses that matter
 * (docs/decisions/0023-passwords.md). Lower case; words are also refused with digits or signs after them.
 */

const list = `
00000000 000000000 0000000000 01012000 0123456789 01234567 02468024 0987654321 09876543 10101010 102030405 1029384756
11111111 111111111 1111111111 11112222 11223344 1122334455 112233445566 11235813 12121212 123123123 12312312 123321123
12341234 123412345 123450987 12345678 123456789 1234567890 12345678910 123456781 123456789a 12345678a 1234567a 123456abc
123456aa 123654789 123789456 12qwaszx 13131313 1357924680 13579246 142536789 147258369 14725836 147852369 159357456
159753456 1a2b3c4d 1a2s3d4f 1g2w3e4r 1password 1q1q1q1q 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qa2ws3ed 1qaz2wsx 1qaz2wsx3edc
1qazxsw2 1qaz1qaz 1qazzaq1 20002000 20102010 21212121 22222222 23232323 2wsx3edc 3edc4rfv 31415926 314159265 33333333
3rjs1la7qe 44444444 45645645 45678910 4815162342 55555555 55667788 56785678 5plk3mnj 66666666 69696969 741852963
7777777777 77777777 789456123 78945612 789456 87654321 88888888 963852741 96385274 98765432 987654321 9876543210
99999999 999999999 a1234567 a12345678 a123456789 a1b2c3d4 a1s2d3f4 aa123456 aa123456789 aaaaaaaa abc12345 abc123456
abc123abc abcabc123 abcd1234 abcde12345 abcdefgh abcdefg1 access14 accountadmin adminadmin admin123456 admin1234
administrator adobe123 adgjmptw alexander alexandra alexandre alexandru alejandra alejandro allstars amanda123
anderson angelica angelina animals1 anthony1 anything apples123 aqwzsxedc arsenal1 asd123456 asdasd123 asdasdasd
asdf1234 asdfasdf asdfgh123 asdfghjk asdfghjkl asdfjkl; asdfzxcv asdqwe123 ashley12 asshole1 atlantis audia4b8
aurora123 babygirl backspace badboy123 baseball baseball1 basketball batman123 beautiful benjamin bestfriend billabong
blackbird blahblah blessed1 bluebird bollocks bond0007 booboo12 brandon1 bulldogs business butterfly carolina caroline
castle123 catherine challenge champion changeit changeme changeme1 changeme123 charlie1 charlotte chelsea1 chocolate
christian christina christine christmas christopher chrisbrown cleopatra cocacola colombia computer computer1 consumer
cookie123 corvette counterstrike courtney cowboys1 crazy123 creative cristian cristina crystal1 danielle darkness
database dbrnjhbz december defender demodemo dennis123 derparol destiny1 diamond1 direct12 dolphins dragon123 dragonball
dreamer1 drowssap einstein elephant elizabeth eminem123 emmanuel everton1 everything explorer faithful fantasia
fernando fireball firebird firefighter florence football football1 footballer forever1 formula1 francesco francisco
franklin freedom1 freepass friends1 friendship fuckyou1 fuckyou2 fuckyou123 fuckyou! gabriela gabriele gabriella
galatasaray games123 garfield gateway1 ghbdtn123 gfhjkm123 godisgood godzilla goldfish goodluck gangster gangsta1
guitar123 hallo123 hamilton hannover happy123 happyday hardcore harrypotter hawaii50 heather1 hello123 hello1234
helloworld helpme123 hercules hollywood homework hotmail1 hummer12 hunter123 iloveyou iloveyou1 iloveyou2 iloveyou!
iloveyou123 ihateyou imissyou incorrect indonesia infinity internet internet1 invalid1 isabella ironman1 january1
jasmine1 jeffrey1 jennifer jessica1 jesus123 jesuschrist jiujitsu jonathan jordan23 josephine justinbieber
kamikaze katherine kathleen kawasaki killer123 kimberly kingkong kristina krishna1 lasvegas lastfm123 lebron23
letmein1 letmein123 letmeinn letmeinnow leonardo liberty1 lifehack linkedin liverpool liverpool1 lollipop lol12345
lovehurts loveislife loveless lovelove lovely123 loverboy loveyou1 lucky123 madeline manchester manutd123 margaret
marijuana marlboro maryjane masterkey masterpass master123 maverick maxwell1 mercedes metallica mexico123 michael1
michelle michelle1 micheal1 microlab microsoft midnight minecraft minecraft1 monkey123 mother123 motorola mountain
mustang1 mynameis mynoob123 mypassword myspace1 natalie1 nathaniel nicholas nicole12 nintendo nirvana1 nopassword
nothing1 november october1 operator orange123 pa55word p@55w0rd p@ssw0rd p@ssword pa$$w0rd pa$$word paradise parola12
pass1234 pass12345 passord1 passpass passport passw0rd passwd123 passwort password passwords passwordpassword
patricia patrick1 peanut123 penelope personal phoenix1 pictures pikachu1 plymouth pokemon1 pokemon123 poohbear
porsche911 portugal postgres precious predator pressword princess princess1 princesa professional progress123
qazwsx123 qazwsxed qazwsxedc qazxsw123 qweasd123 qweasdzxc qweasdzx qweqweqwe qwer1234 qwert123 qwert12345 qwerasdf
qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertz123 qwertzui azerty123
azertyui azertyuiop rammstein rangers1 realmadrid rebecca1 redskins remember research revolution ricardo1 richard1
robinson rockstar ronaldo7 rootroot rootpassword rush2112 samantha samsung1 samsung123 sandra12 saturn12 schalke04
scorpion sebastian secret123 security september sergeant serenity shadow123 shannon1 shithead shopping simpsons
skywalker slipknot snickers snowball snowboard soccer10 softball something spiderman spongebob standard starcraft
startrek starwars starwars1 steelers stephanie stocking strawberry student1 summer123 summer2020 sunshine sunshine1
superman superman1 superstar supernova superuser survivor swordfish system123 taekwondo teddybear teiubesc telecom1
temppass temp1234 temporary tennis123 terminal terminator test1234 test12345 testing1 testpass testtest thailand
thomas123 thunder1 tigger123 tinkerbell tokiohotel tomorrow tottenham trinity1 trustme1 trustno1 twilight unicorn1
undertaker universal unknown1 username valentina valentine vanessa1 vancouver veronica victoria victory1 virginia
voyager1 warcraft warhammer welcome1 welcome12 welcome123 welcome1234 westside whatever whatever1 whiteboy william1
williams winston1 winter123 wolverine wrestling xbox3600 yankees1 yellow123 yugioh12 yxcvbnm1 zaq12wsx zaq1xsw2
zaq1zaq1 zaqwsx123 zxasqw12 zxcasdqwe zxcv1234 zxcvbnm1 zxcvbnm123 zxcvbnm, zxczxczxc zzzzzzzz
`

export const commonPasswords: ReadonlySet<string> = new Set(list.trim().split(/\s+/))
